namespace Monolith.Embeddings.Features.Batches;

/// <summary>
/// One value a row that few batches have: it costs nothing until a row gives one, and those before have the default then. Grows, never
/// shrinks.
/// </summary>
internal sealed class OptionalColumn<T>
    where T : struct
{
    private readonly T _missing;
    private T[] _values = [];
    private T _open;
    private bool _isOpen;
    private int _filled;

    public OptionalColumn(T missing) => _open = _missing = missing;

    /// <summary>Whether a row of the batch has said something.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>The value of the row being written.</summary>
    public T Open => _open;

    /// <summary>Gives the value of the row being written.</summary>
    public void Write(T value) => (_open, _isOpen) = (value, true);

    /// <summary>Gives the row being written what a row of another column says, if it says something.</summary>
    public void Copy(OptionalColumn<T> from, int row)
    {
        if (from.IsUsed) Write(from._values[row]);
    }

    /// <summary>The values of the rows, whose number is given.</summary>
    public ReadOnlySpan<T> Closed(int rows)
    {
        if (!IsUsed && _filled < rows)
        {
            // Once, however often a batch that says nothing of it is asked.
            if (_values.Length < rows) _values = new T[Math.Max(64, rows)];
            _values.AsSpan().Fill(_missing);
            _filled = _values.Length;
        }
        return _values.AsSpan(0, rows);
    }

    public void Close(int row)
    {
        if (!_isOpen && !IsUsed) return;
        if (row >= _values.Length) Array.Resize(ref _values, Math.Max(64, Math.Max(row + 1, 2 * _values.Length)));
        if (!IsUsed) _values.AsSpan(0, row).Fill(_missing);
        (_values[row], IsUsed, _filled) = (_open, true, 0);
        Reset();
    }

    /// <summary>Drops the value of the row being written.</summary>
    public void Reset() => (_open, _isOpen) = (_missing, false);

    /// <summary>Drops all values.</summary>
    public void Clear()
    {
        IsUsed = false;
        Reset();
    }
}
