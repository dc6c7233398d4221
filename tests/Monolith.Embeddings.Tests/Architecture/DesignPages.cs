using System.Text.RegularExpressions;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>What the pages under docs/design say of the code: words in code quotes, and tables of folders.</summary>
internal static partial class DesignPages
{
    private const string TypesColumn = "types to begin with", FolderItself = "the folder itself";

    public static IReadOnlyList<(string Name, string[] Lines)> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(SourceFiles.Repository, "docs", "design"), "*.md").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), File.ReadAllLines(file)))];

    /// <summary>
    /// What could be names of types and their members, with the page: all that is quoted, such as <c>EmbeddingTable.Lookup</c>, and in
    /// diagrams words with several capitals.
    /// </summary>
    public static IEnumerable<(string Page, string Name)> Names =>
        All.SelectMany(page => NamesOf(page.Name, string.Join('\n', page.Lines)));

    /// <summary>The rows of tables whose first column is of folders, as paths below the library, with the types to begin with.</summary>
    public static IEnumerable<(string Page, string Folder, string[] Types)> Folders =>
        All.SelectMany(page => FoldersOf(page.Name, page.Lines));

    internal static IEnumerable<(string Page, string Folder, string[] Types)> FoldersOf(string page, string[] lines)
    {
        var (top, types, isInTable) = ("", -1, false);
        foreach (var line in lines)
        {
            var cells = line.StartsWith('|') ? line.TrimEnd().Split('|')[1..^1] : [];
            if (cells.Length == 0) isInTable = false;
            else if (Header().Match(cells[0].Trim()) is { Success: true } header)
                (top, types, isInTable) = (header.Groups[1].Value, Array.FindIndex(cells, cell => cell.Trim() == TypesColumn), true);
            else if (isInTable && !cells[0].StartsWith("--", StringComparison.Ordinal))
                foreach (var folder in FoldersIn(top, cells[0])) yield return (page, folder, types < 0 ? [] : [.. Quotes(cells[types])]);
        }
    }

    private static IEnumerable<(string Page, string Name)> NamesOf(string page, string text) =>
    [
        .. from Match quoted in CodeQuote().Matches(Blocks().Replace(text, ""))
           let name = NameOfType().Match(quoted.Groups[1].Value.ReplaceLineEndings(" "))
           where name.Success
           select (page, name.Groups[1].Value),
        .. from Match block in Blocks().Matches(text)
           where block.Value.StartsWith("```\n", StringComparison.Ordinal)
           from Match name in WordOfSeveral().Matches(block.Value)
           select (page, name.Value),
    ];

    private static IEnumerable<string> FoldersIn(string top, string cell) => cell.Trim() == FolderItself
        ? [top]
        : Quotes(cell).Select(name => top.Length == 0 ? name : $"{top}/{name}");

    private static IEnumerable<string> Quotes(string cell) => CodeQuote().Matches(cell).Select(quote => quote.Groups[1].Value);

    [GeneratedRegex("^folder(?: of `([^`]+)`)?$")]
    private static partial Regex Header();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeQuote();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\b[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*\b")]
    private static partial Regex WordOfSeveral();

    [GeneratedRegex(@"^([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)*)(?:<.*>)?(?:\(.*\))?$")]
    private static partial Regex NameOfType();
}
