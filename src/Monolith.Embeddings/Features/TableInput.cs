using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features;

/// <summary>What one table contributes to a batch: the distinct ids of its slots, their rows, and the gradients of those.</summary>
internal sealed class TableInput(EmbeddingTable table)
{
    private readonly UniqueIds _unique = new();
    private float[] _rows = [];
    private float[] _gradients = [];

    public int Dimension => table.Dimension;

    /// <summary>The rows of the distinct ids, [distinct, dimension].</summary>
    public Span<float> Rows => _rows.AsSpan(0, _unique.Count * Dimension);

    /// <summary>The gradients of <see cref="Rows"/>.</summary>
    public Span<float> Gradients => _gradients.AsSpan(0, _unique.Count * Dimension);

    public void Clear() => _unique.Clear();

    public void Add(ReadOnlySpan<long> ids, Span<int> inverse) => _unique.Add(ids, inverse);

    public void LookUp()
    {
        Reserve(ref _rows);
        table.Lookup(_unique.Ids, Rows);
    }

    public void LookUpOrAdmit(uint eventTime, long step)
    {
        Reserve(ref _rows);
        table.LookupOrAdmit(_unique.Ids, _unique.Counts, Rows, eventTime, step);
    }

    public void ClearGradients()
    {
        Reserve(ref _gradients);
        Gradients.Clear();
    }

    public void ApplyGradients(uint eventTime, long step) =>
        table.ApplyGradients(_unique.Ids, Gradients, _unique.Counts, eventTime, step, AbsentIds.Drop);

    private void Reserve(ref float[] buffer)
    {
        var needed = (long)_unique.Count * Dimension;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException(
                $"Table '{table.Name}': {_unique.Count} distinct ids times dimension {Dimension} are {needed} floats; an array holds {Array.MaxLength}. Use smaller batches.");
        if (buffer.Length < needed) buffer = GC.AllocateUninitializedArray<float>((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * buffer.Length)));
    }
}
