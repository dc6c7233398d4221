using Monolith.Embeddings.Parquet.Columns;

namespace Monolith.Embeddings.Parquet;

/// <summary>
/// One row of a Parquet file: the columns that <see cref="ParquetSource{T}"/> was asked for, in that order. Valid inside the mapping only.
/// </summary>
public readonly ref struct ParquetRow
{
    private readonly ReadOnlySpan<ColumnValues> _columns;
    private readonly int _row;

    internal ParquetRow(ReadOnlySpan<ColumnValues> columns, int row)
    {
        _columns = columns;
        _row = row;
    }

    /// <summary>The number of columns asked for.</summary>
    public int Count => _columns.Length;

    /// <summary>Whether a value is null, or a list null or empty.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    public bool IsNull(int column) => _columns[column].Starts[_row] == _columns[column].Starts[_row + 1];

    /// <summary>A whole number; a boolean is 0 or 1. One of 64 bits without a sign keeps its bits.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">It is null, a list of several, or of another kind.</exception>
    public long Int64(int column) => _columns[column].Integers[Single(column, ColumnKind.Integer)];

    /// <summary>A finite number; a whole one is converted.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">It is null, a list of several, of another kind, or not finite.</exception>
    public double Double(int column)
    {
        var values = _columns[column];
        if (values.Kind == ColumnKind.Integer) return Int64(column);
        var number = values.Numbers[Single(column, ColumnKind.Number)];
        return double.IsFinite(number) ? number : throw new FormatException($"column '{values.Name}' holds {number}, which is not finite");
    }

    /// <summary>A finite number, rounded to single precision.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">It is null, a list of several, of another kind, or not finite in single precision.</exception>
    public float Single(int column)
    {
        var number = Double(column);
        return float.IsFinite((float)number)
            ? (float)number
            : throw new FormatException($"column '{_columns[column].Name}' holds {number:R}, which no float can hold");
    }

    /// <summary>A text.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">It is null, a list of several, or of another kind.</exception>
    public ReadOnlySpan<char> Text(int column) => _columns[column].Texts[Single(column, ColumnKind.Text)].Span;

    /// <summary>A time, in UTC.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">It is null, a list of several, or of another kind.</exception>
    public DateTimeOffset Time(int column) => new(_columns[column].Integers[Single(column, ColumnKind.Time)], TimeSpan.Zero);

    /// <summary>An id: a whole number as it is, a text by <see cref="Features.FeatureId.OfText"/>.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">It is null, a list of several, or neither a whole number nor a text.</exception>
    public long Id(int column) => Ids(column) is [var id] ? id : throw NotOne(_columns[column]);

    /// <summary>The ids of a list, each as <see cref="Id"/> has it; none where the list, or the value, is null.</summary>
    /// <param name="column">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="FormatException">They are neither whole numbers nor texts.</exception>
    public ReadOnlySpan<long> Ids(int column)
    {
        var values = _columns[column];
        if (values.Kind is not (ColumnKind.Integer or ColumnKind.Text))
            throw new FormatException($"column '{values.Name}' holds values of the kind {values.Kind}, which are no ids");
        return values.Ids.AsSpan()[Slice(values)];
    }

    private int Single(int column, ColumnKind kind)
    {
        var values = _columns[column];
        if (values.Kind != kind) throw new FormatException($"column '{values.Name}' holds values of the kind {values.Kind}, not {kind}");
        var (start, end) = (values.Starts[_row], values.Starts[_row + 1]);
        return end == start + 1 ? start : throw NotOne(values);
    }

    private FormatException NotOne(ColumnValues values)
    {
        var count = values.Starts[_row + 1] - values.Starts[_row];
        return new FormatException($"column '{values.Name}' " + (count == 0 ? "is null" : $"holds a list of {count} values, not one"));
    }

    private Range Slice(ColumnValues values) => values.Starts[_row]..values.Starts[_row + 1];
}
