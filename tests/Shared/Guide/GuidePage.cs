namespace Monolith.Embeddings.Tests.Guide;

/// <summary>A page of the guide, and the code blocks in it.</summary>
/// <param name="file">Its name in <c>docs/guide</c>.</param>
/// <param name="code">The folder in the repository that has the same code, compiled.</param>
internal sealed class GuidePage(string file, params string[] code)
{
    private readonly string _text = Read("docs", "guide", file);

    /// <summary>What of a compiled file stands on the page.</summary>
    public string Compiled(string source) =>
        Read([.. code, $"{source}.cs"]).Split("// <page>\n")[1].Split("// </page>")[0];

    /// <summary>The blocks of a language, in order.</summary>
    public string[] Blocks(string language) => [.. _text.Split($"```{language}\n").Skip(1).Select(rest => rest.Split("```")[0])];

    private static string Read(params string[] path)
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Monolith.Embeddings.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine([folder.FullName, .. path])).ReplaceLineEndings("\n");
    }
}
