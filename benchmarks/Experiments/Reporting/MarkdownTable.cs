using System.Text;

namespace Experiments.Reporting;

/// <summary>A table for a page, with a sentence above it.</summary>
/// <param name="caption">The sentence.</param>
/// <param name="header">The names of its columns.</param>
internal sealed class MarkdownTable(string caption, params string[] header)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells)
    {
        if (cells.Length != header.Length) throw new ArgumentException($"{cells.Length} cells in a table of {header.Length} columns.");
        _rows.Add(cells);
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(caption).AppendLine().AppendLine(Line(header))
            .AppendLine(string.Concat(header.Select(_ => "|---")) + "|");
        foreach (var row in _rows) text.AppendLine(Line(row));
        return text.ToString();
    }

    private static string Line(string[] cells) => "| " + string.Join(" | ", cells) + " |";
}
