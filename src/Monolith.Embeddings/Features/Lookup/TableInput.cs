using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>What one table contributes to a batch that is learned from: its rows, and their gradients.</summary>
internal sealed class TableInput(EmbeddingTable table, EmbeddingTableOptions options) : TableRows(table.Name, table.Dimension)
{
    private readonly (int Start, int Length)[] _learning = Learning(options);
    private float[] _gradients = [];
    private float[] _stored = [];

    // The stored rows where training reads round them and an optimizer asks what they were, else those that were read.
    private float[] _weightsAtRead = [];
    private bool[] _hasRow = [];

    /// <summary>The gradients of <see cref="TableRows.Rows"/>.</summary>
    public Span<float> Gradients => _gradients.AsSpan(0, Unique.Count * Dimension);

    // The rows as they were stored when they were read.
    private Span<float> WeightsAtRead => _weightsAtRead.AsSpan(0, Unique.Count * Dimension);

    public void Lookup()
    {
        var rows = ReserveRows();
        _weightsAtRead = RowBuffer;
        table.Lookup(Unique.Ids, rows);
    }

    public void LookupOrAdmit(uint eventTime, long step)
    {
        var rows = ReserveRows();
        if (table.ReadsOtherThanStored) Reserve(ref _stored);
        _weightsAtRead = table.ReadsOtherThanStored ? _stored : RowBuffer;
        if (table.ReadsOtherThanStored) table.LookupOrAdmitWithStored(Unique.Ids, Unique.Counts, rows, WeightsAtRead, eventTime, step);
        else table.LookupOrAdmit(Unique.Ids, Unique.Counts, rows, eventTime, step);
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
        if (_hasRow.Length < Unique.Count) _hasRow = new bool[Math.Max(Unique.Count, 2 * _hasRow.Length)];
        var hasRow = _hasRow.AsSpan(0, Unique.Count);
        table.Contains(Unique.Ids, hasRow);
        var sum = 0.0;
        for (var row = 0; row < Unique.Count; row++)
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
        for (var row = 0; row < Unique.Count; row++)
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
        table.ApplyGradients(Unique.Ids, Gradients, Unique.Counts, eventTime, step, AbsentIds.Drop, WeightsAtRead);

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
}
