using Monolith.Embeddings.Datasets.Csv;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// One row of a CSV file: the columns that <see cref="CsvReader{T}"/> was asked for, in that order. Numbers and times are in invariant
/// culture. Valid inside the mapping only.
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

    /// <summary>Reads a date or a time. One that names no offset from UTC is in UTC.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <param name="format">
    /// The form, as of <see cref="DateTimeOffset.ParseExact(string, string, IFormatProvider)"/>, in invariant culture: "d/M/yyyy H:mm" for
    /// one. Null, the default, for ISO 8601: a date, or a date, T or a blank, hours, minutes and perhaps seconds with up to 7 decimals, and
    /// perhaps Z or an offset.
    /// </param>
    /// <exception cref="FormatException">The field is no such time. Names the column and the form.</exception>
    public DateTimeOffset Time(int column, string? format = null)
    {
        var problem = TimeField.Read(this[column], _names[column], format, out var value);
        return problem is null ? value : throw new FormatException(problem);
    }

    /// <summary>Reads a time that is written as seconds since the Unix epoch, from 1970 to 9999.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">The field is no such number: milliseconds are out of the range. Names the column.</exception>
    public DateTimeOffset UnixSeconds(int column) => DateTimeOffset.FromUnixTimeSeconds(Int64(column, 0, NumberField.LastSecond));

    /// <summary>Reads a time that is written as milliseconds since the Unix epoch, from 1970 to 9999.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">The field is no such number. Names the column.</exception>
    public DateTimeOffset UnixMilliseconds(int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Int64(column, 0, NumberField.LastSecond * 1000 + 999));
}
