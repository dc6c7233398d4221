using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// One row of a CSV file: the columns that <see cref="CsvReader{T}"/> was asked for, in that order. Numbers are in invariant culture.
/// Valid inside the mapping only.
/// </summary>
public readonly ref struct CsvRow
{
    private readonly CsvFields _fields;
    private readonly ReadOnlySpan<string> _names;
    private readonly ReadOnlySpan<int> _places;

    internal CsvRow(CsvFields fields, ReadOnlySpan<string> names, ReadOnlySpan<int> places)
    {
        _fields = fields;
        _names = names;
        _places = places;
    }

    /// <summary>The number of columns asked for.</summary>
    public int Count => _places.Length;

    /// <summary>A field's text, without its quotes.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<char> this[int column] => _fields[_places[column]];

    /// <summary>A field's text, without its quotes, as a string of its own.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    public string Text(int column) => this[column].ToString();

    /// <summary>Reads a whole number.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <param name="minimum">The smallest value allowed.</param>
    /// <param name="maximum">The largest value allowed.</param>
    /// <exception cref="FormatException">The field is no such number. Names the column and the range.</exception>
    public long Int64(int column, long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        var problem = NumberField.Read(this[column], _names[column], minimum, maximum, out long value);
        return problem is null ? value : throw new FormatException(problem);
    }

    /// <summary>Reads a finite number.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <param name="minimum">The smallest value allowed.</param>
    /// <param name="maximum">The largest value allowed.</param>
    /// <exception cref="FormatException">The field is no such number. Names the column and the range.</exception>
    public double Double(int column, double minimum = double.MinValue, double maximum = double.MaxValue)
    {
        var problem = NumberField.Read(this[column], _names[column], minimum, maximum, out double value);
        return problem is null ? value : throw new FormatException(problem);
    }

    /// <summary>Reads a finite number, rounded to single precision.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <param name="minimum">The smallest value allowed.</param>
    /// <param name="maximum">The largest value allowed.</param>
    /// <exception cref="FormatException">The field is no such number. Names the column and the range.</exception>
    public float Single(int column, float minimum = float.MinValue, float maximum = float.MaxValue) =>
        (float)Double(column, minimum, maximum);
}
