namespace Monolith.Embeddings.Kafka.Tests.Deltas;

/// <summary>docs/guide/kafka-deltas.md: its code is compiled here.</summary>
public class KafkaDeltaGuideTests
{
    [Test]
    public void The_page_shows_the_code_that_is_compiled_here()
    {
        var page = new GuidePage("kafka-deltas.md", "tests", "Monolith.Embeddings.Kafka.Tests", "Deltas");
        Assert.That(page.Blocks("csharp"), Is.EqualTo(new[] { page.Compiled(nameof(DeltasByTopic)) }));
    }
}
