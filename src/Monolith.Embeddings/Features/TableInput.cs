using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features;

/// <summary>What one table contributes to a batch: the distinct ids of its slots, their rows, and the gradients of those.</summary>
internal sealed class TableInput(EmbeddingTable table, EmbeddingTableOptions options)
{
    private readonly UniqueIds _unique = new();
    private readonly (int Start, int Length)[] _learning = Learning(options);
    private float[] _rows = [];
    private float[] _gradients = [];
    private float[] _stored = [];

    // The stored rows where training reads round them and an optimizer asks what they were, else those that were read.
    private float[] _weightsAtRead = [];
    private bool[] _hasRow = [];

    public int Dimension => table.Dimension;

    /// <summary>The rows of the distinct ids, [distinct, dimension].</summary>
    public Span<float> Rows => _rows.AsSpan(0, _unique.Count * Dimension);

    /// <summary>The gradients of <see cref="Rows"/>.</summary>
    public Span<float> Gradients => _gradients.AsSpan(0, _unique.Count * Dimension);

    // The rows as they were stored when they were read.
    private Span<float> WeightsAtRead => _weightsAtRead.AsSpan(0, _unique.Count * Dimension);

    public void Clear() => _unique.Clear();

    public void Add(ReadOnlySpan<long> ids, Span<int> inverse) => _unique.Add(ids, inverse);

    public void LookUp()
    {
        Reserve(ref _rows);
        _weightsAtRead = _rows;
        table.Lookup(_unique.Ids, Rows);
    }

    public void LookUpOrAdmit(uint eventTime, long step)
    {
        Reserve(ref _rows);
        if (table.ReadsOtherThanStored) Reserve(ref _stored);
        _weightsAtRead = table.ReadsOtherThanStored ? _stored : _rows;
        if (table.ReadsOtherThanStored) table.LookupOrAdmitWithStored(_unique.Ids, _unique.Counts, Rows, WeightsAtRead, eventTime, step);
        else table.LookupOrAdmit(_unique.Ids, _unique.Counts, Rows, eventTime, step);
    }

    public void ClearGradients()
    {
        Reserve(ref _gradients);
        Gradients.Clear();
    }

    /// <summary>
    /// The sum of the squares of <see cref="Gradients"/>, over the segments that learn from gradients. What the table will skip does not count: rows with values that
    /// are not finite, and ids without a row.
    /// </summary>
    public double SquaredGradientNorm()
    {
        if (_hasRow.Length < _unique.Count) _hasRow = new bool[Math.Max(_unique.Count, 2 * _hasRow.Length)];
        var hasRow = _hasRow.AsSpan(0, _unique.Count);
        table.Contains(_unique.Ids, hasRow);
        var sum = 0.0;
        for (var row = 0; row < _unique.Count; row++)
        {
            if (!hasRow[row]) continue;
            var gradient = Gradients.Slice(row * Dimension, Dimension);
            var squares = 0.0;
            foreach (var (start, length) in _learning) squares += SquaredNorm.Of(gradient.Slice(start, length));
            if (double.IsFinite(squares)) sum += squares;
        }
        return sum;
    }

    /// <summary>Multiplies <see cref="Gradients"/>, in the segments that learn from gradients.</summary>
    public void ScaleGradients(double factor)
    {
        for (var row = 0; row < _unique.Count; row++)
        {
            var gradient = Gradients.Slice(row * Dimension, Dimension);
            foreach (var (start, length) in _learning)
            {
                var part = gradient.Slice(start, length);
                PreciseScale.Run(part, factor, part);
            }
        }
    }

    public void ApplyGradients(uint eventTime, long step) =>
        table.ApplyGradients(_unique.Ids, Gradients, _unique.Counts, eventTime, step, AbsentIds.Drop, WeightsAtRead);

    // The parts of a row that learn from gradients; usually one part, the whole row.
    private static (int Start, int Length)[] Learning(EmbeddingTableOptions options)
    {
        var (parts, start) = (new List<(int Start, int Length)>(), 0);
        foreach (var segment in options.Segments)
        {
            if (segment.Optimizer.LearnsFromGradients)
            {
                if (parts.Count > 0 && parts[^1].Start + parts[^1].Length == start) parts[^1] = (parts[^1].Start, parts[^1].Length + segment.Dimension);
                else parts.Add((start, segment.Dimension));
            }
            start += segment.Dimension;
        }
        return [.. parts];
    }

    private void Reserve(ref float[] buffer)
    {
        var needed = (long)_unique.Count * Dimension;
        if (needed > Array.MaxLength)
            throw new InvalidOperationException(
                $"Table '{table.Name}': {_unique.Count} distinct ids times dimension {Dimension} are {needed} floats; an array holds {Array.MaxLength}. Use smaller batches.");
        if (buffer.Length < needed) buffer = GC.AllocateUninitializedArray<float>((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * buffer.Length)));
    }
}
