namespace Monolith.Embeddings.Features.Lookup;

/// <summary>What a batch reads of one table: the distinct ids of its slots, and their rows. Buffers grow, and are used again.</summary>
/// <param name="tableName">The table's name, for messages.</param>
/// <param name="dimension">How many weights a row has.</param>
internal class DistinctRows(string tableName, int dimension)
{
    private float[] _rows = [];

    public int Dimension => dimension;

    /// <summary>The distinct ids, in the order of their first occurrence.</summary>
    public ReadOnlySpan<long> Ids => Unique.Ids;

    /// <summary>The rows of the distinct ids, [distinct, dimension].</summary>
    public Span<float> Rows => _rows.AsSpan(0, Unique.Count * dimension);

    /// <summary>The distinct ids of the batch, with counts.</summary>
    public UniqueIds Unique { get; set; } = new();

    /// <summary><see cref="Rows"/> and what lies behind them.</summary>
    protected float[] RowBuffer => _rows;

    /// <summary>Makes room for the rows, and hands them out to be written.</summary>
    public Span<float> ReserveRows()
    {
        Reserve(ref _rows);
        return Rows;
    }

    protected void Reserve(ref float[] buffer)
    {
        var needed = (long)Unique.Count * dimension;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException(
                $"Table '{tableName}': {Unique.Count} distinct ids times dimension {dimension} are {needed} floats; an array holds "
                + $"{Array.MaxLength}. Use smaller batches.");
        if (buffer.Length < needed)
            buffer = GC.AllocateUninitializedArray<float>((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * buffer.Length)));
    }
}
