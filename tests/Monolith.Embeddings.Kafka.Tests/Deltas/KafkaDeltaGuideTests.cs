namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>docs/guide/kafka-deltas.md: its code is compiled here.</summary>
public class KafkaDeltaGuideTests
{
    [Test]
    public void The_page_shows_the_code_that_is_compiled_here()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(folder, "Monolith.Embeddings.sln"))) folder = Path.GetDirectoryName(folder)!;
        var page = File.ReadAllText(Path.Combine(folder, "docs", "guide", "kafka-deltas.md"));
        var code = File.ReadAllText(
            Path.Combine(folder, "tests", "Monolith.Embeddings.Kafka.Tests", "Deltas", $"{nameof(DeltasByTopic)}.cs"));
        Assert.That(Between(page, "```csharp\n", "```"), Is.EqualTo(Between(code, "// <page>\n", "// </page>")));
    }

    private static string Between(string text, string begin, string end) => text.Split(begin)[1].Split(end)[0];
}
