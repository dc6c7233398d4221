namespace Samples.Common;

/// <summary>
/// A table of text: the first column to the left, the others to the right, as wide as they need to be. Where a terminal is narrower, the
/// columns stand in several tables below one another, each of which begins with the first column.
/// </summary>
public sealed class TextTable(params string[] header)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [header];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="width">How many columns of text fit; null or 0 for any number.</param>
    public void Write(TextWriter output, int? width = null)
    {
        var widths = Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var (columns, i) in Parts(widths, width is > 0 ? width.Value - 1 : int.MaxValue).Select((columns, i) => (columns, i)))
        {
            if (i > 0) output.WriteLine();
            Write(output, columns, widths);
        }
    }

    // As many columns as fit, but one at least.
    private static List<List<int>> Parts(int[] widths, int width)
    {
        List<List<int>> parts = [];
        var left = 0;
        for (var column = 1; column < widths.Length; column++)
        {
            var needed = Gap.Length + widths[column];
            if (parts.Count == 0 || needed > left)
            {
                parts.Add([0]);
                left = width - widths[0];
            }
            parts[^1].Add(column);
            left -= needed;
        }
        return parts;
    }

    private void Write(TextWriter output, List<int> columns, int[] widths)
    {
        output.WriteLine(Line(_rows[0], columns, widths));
        output.WriteLine(string.Join(Gap, columns.Select(column => new string('-', widths[column]))));
        foreach (var row in _rows.Skip(1)) output.WriteLine(Line(row, columns, widths));
    }

    private static string Line(string[] cells, List<int> columns, int[] widths) => string.Join(Gap,
        columns.Select(column => column == 0 ? cells[0].PadRight(widths[0]) : cells[column].PadLeft(widths[column]))).TrimEnd();
}
