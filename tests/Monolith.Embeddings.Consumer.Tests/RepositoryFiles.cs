namespace Monolith.Embeddings.Consumer.Tests;

/// <summary>The repository's pages, and the code blocks in them.</summary>
internal static class RepositoryFiles
{
    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root(), .. path])).ReplaceLineEndings("\n");

    public static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.That(from, Is.GreaterThanOrEqualTo(0), $"there is no {start}");
        from += start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    /// <summary>The blocks of a language, in order.</summary>
    public static string[] Blocks(string page, string language) =>
        [.. page.Split($"```{language}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    /// <summary>Checks that a page of the guide shows the marked parts of files that are compiled, in order, and no other code.</summary>
    /// <param name="page">The page in docs/guide, without its extension.</param>
    /// <param name="folder">The folder of the files below Guide.</param>
    /// <param name="files">Files without extension; the page shows what stands between "// &lt;page&gt;" and "// &lt;/page&gt;".</param>
    public static void AssertPageShows(string page, string folder, params string[] files)
    {
        var compiled = files.Select(file => Between(
            Read("tests", "Monolith.Embeddings.Consumer.Tests", "Guide", folder, $"{file}.cs"), "// <page>\n", "// </page>"));
        Assert.That(Blocks(Read("docs", "guide", $"{page}.md"), "csharp"), Is.EqualTo(compiled));
    }

    // Not by the caller's path: a deterministic build writes another one into the assembly.
    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Monolith.Embeddings.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
