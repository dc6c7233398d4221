namespace Monolith.Embeddings.Features;

/// <summary>One value a row, with a default for rows that do not say. Grows, never shrinks.</summary>
internal sealed class RowColumn<T>(T missing)
    where T : struct
{
    private T[] _values = new T[64];

    /// <summary>The value of the row being written.</summary>
    public T Open { get; set; } = missing;

    public ReadOnlySpan<T> Closed(int rows) => _values.AsSpan(0, rows);

    public void Close(int row)
    {
        if (row == _values.Length) Array.Resize(ref _values, 2 * _values.Length);
        _values[row] = Open;
        Reset();
    }

    public void Reset() => Open = missing;
}
