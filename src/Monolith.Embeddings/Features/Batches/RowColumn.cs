namespace Monolith.Embeddings.Features.Batches;

/// <summary>One value a row, with a default for rows that do not say. Grows, never shrinks.</summary>
internal sealed class RowColumn<T>
    where T : struct
{
    private readonly T _missing;
    private T[] _values = new T[64];

    public RowColumn(T missing) => Open = _missing = missing;

    /// <summary>The value of the row being written.</summary>
    public T Open { get; set; }

    public ReadOnlySpan<T> Closed(int rows) => _values.AsSpan(0, rows);

    public void Close(int row)
    {
        if (row == _values.Length) Array.Resize(ref _values, 2 * _values.Length);
        _values[row] = Open;
        Reset();
    }

    /// <summary>Gives the row being written the value of a row of another column.</summary>
    public void Copy(RowColumn<T> from, int row) => Open = from._values[row];

    public void Reset() => Open = _missing;
}
