namespace Monolith.Embeddings.Kafka.Tests.Guide;

/// <summary>The guide, and the code blocks in it.</summary>
internal static class Page
{
    private static readonly string Text = Read("docs", "guide", "kafka.md");

    public static string Compiled(string file)
    {
        var text = Read("tests", "Monolith.Embeddings.Kafka.Tests", "Guide", $"{file}.cs");
        return text.Split("// <page>\n")[1].Split("// </page>")[0];
    }

    /// <summary>The blocks of a language, in order.</summary>
    public static string[] Blocks(string language) => [.. Text.Split($"```{language}\n").Skip(1).Select(rest => rest.Split("```")[0])];

    private static string Read(params string[] path)
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Monolith.Embeddings.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine([folder.FullName, .. path])).ReplaceLineEndings("\n");
    }
}
