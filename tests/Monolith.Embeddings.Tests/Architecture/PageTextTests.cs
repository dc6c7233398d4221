namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>The text of pages is wrapped as code is. Tables, code and pictures may be wider.</summary>
public class PageTextTests
{
    private const int MaxColumns = 140;

    [Test]
    public void No_line_of_text_is_longer_than_140_columns()
    {
        var pages = Pages().ToList();
        Assert.That(pages, Has.Count.GreaterThan(30));
        var wrong =
            from page in pages
            from line in TextOf(page)
            where line.Text.Length > MaxColumns && line.Text.Contains(' ')
            select $"{Path.GetRelativePath(SourceFiles.Repository, page)}({line.Number}): {line.Text.Length} columns";
        Assert.That(wrong, Is.Empty);
    }

    private static IEnumerable<string> Pages()
    {
        string[] folders = ["docs", "benchmarks", "samples", "src", "tests"];
        return Directory.EnumerateFiles(SourceFiles.Repository, "*.md")
            .Concat(folders.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(SourceFiles.Repository, folder), "*.md", SearchOption.AllDirectories)));
    }

    private static IEnumerable<(string Text, int Number)> TextOf(string page)
    {
        var isCode = false;
        foreach (var (text, i) in File.ReadAllLines(page).Select((text, i) => (text, i)))
        {
            var trimmed = text.TrimStart();
            if (trimmed.StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            // A command in code quotes is one word of its line.
            if (!isCode && trimmed.Length > 0 && trimmed[0] is not ('|' or '!' or '`')) yield return (text, i + 1);
        }
    }
}
