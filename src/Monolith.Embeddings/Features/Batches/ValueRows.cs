namespace Monolith.Embeddings.Features.Batches;

/// <summary>
/// Numbers of a batch, [rows, width]. Each row begins with what all rows share, and that with one value. Grows, never shrinks.
/// </summary>
/// <param name="width">How many numbers a row has; rows of 0 take no memory.</param>
/// <param name="absent">The value of a number that was not written.</param>
/// <param name="content">What the numbers are, in the plural, for errors.</param>
internal sealed class ValueRows(int width, float absent, string content)
{
    private const int FirstRows = 64;

    private readonly float[] _shared = Filled(width, absent);
    private float[] _values = new float[FirstRows * width];

    /// <summary>The first rows, one after the other.</summary>
    public ReadOnlySpan<float> Closed(int rows) => _values.AsSpan(0, rows * width);

    /// <summary>A row.</summary>
    public Span<float> Row(int row) => _values.AsSpan(row * width, width);

    /// <summary>Makes room for a row, and gives it what all rows share.</summary>
    /// <exception cref="InvalidOperationException">An array cannot hold that many rows; nothing changed.</exception>
    public void Begin(int row)
    {
        var needed = (row + 1L) * width;
        if (needed > Array.MaxLength)
        {
            throw new InvalidOperationException(
                $"{row + 1} rows of {width} {content} are {needed} floats; an array holds {Array.MaxLength}. Use smaller batches.");
        }
        if (needed > _values.Length) Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _values.Length)));
        _shared.CopyTo(Row(row));
    }

    /// <summary>Gives the row after the last what all rows share, where there is room for it.</summary>
    public void Reset(int row)
    {
        if ((row + 1L) * width <= _values.Length) _shared.CopyTo(Row(row));
    }

    public void Write(int row, int column, float value) => Row(row)[column] = value;

    public void Share(int column, float value) => _shared[column] = value;

    public void Clear(int row, int column) => Row(row)[column] = absent;

    public void Copy(ValueRows from, int row, int to) => from.Row(row).CopyTo(Row(to));

    public void ClearShared() => _shared.AsSpan().Fill(absent);

    private static float[] Filled(int width, float value)
    {
        var values = new float[width];
        values.AsSpan().Fill(value);
        return values;
    }
}
