using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Features.Lookup;

/// <summary>What one table contributes to a batch that is learned from: its rows, and their gradients.</summary>
/// <param name="options">The table's options.</param>
internal sealed class TableInput(EmbeddingTableOptions options)
    : DistinctRows(options.Name, options.Segments.Sum(segment => segment.Dimension))
{
    private readonly (int Start, int Length)[] _learning = Learning(options);
    private readonly bool _usesWeightsAtRead = options.Segments.Any(segment => segment.Optimizer.Build().UsesWeightsAtRead);
    private readonly bool _isFakeQuantized = options.Segments.Any(segment => segment.FakeQuantization is not null);
    private float[] _gradients = [];
    private float[] _stored = [];
    private bool[] _hasRow = [];
    private bool[] _hadRow = [];

    /// <summary>What the batch asks of the table.</summary>
    public TableBatch Batch { get; } = new();

    /// <summary>Whether it is to be known which ids have a row.</summary>
    public bool AsksForRows { get; set; }

    /// <summary>Whether it is to be known which ids of a batch that is learned from had a row before it.</summary>
    public bool AsksForNewIds { get; set; }

    /// <summary>Whether some slot of the table has bags in this batch, that is not one id of weight 1 in each row.</summary>
    public bool HasBags { get; set; }

    /// <summary>How often each id occurs.</summary>
    public ReadOnlySpan<int> Counts => Unique.Counts;

    /// <summary>The gradients of <see cref="DistinctRows.Rows"/>.</summary>
    public Span<float> Gradients => _gradients.AsSpan(0, Unique.Count * Dimension);

    /// <summary>Which ids have a row, where it is asked for.</summary>
    public Span<bool> HasRow => Batch.HasRow.Span;

    /// <summary>The rows as they are stored, where an optimizer asks for that and they are read otherwise; else empty.</summary>
    public Span<float> StoredRows => Batch.StoredRows.Span;

    /// <summary>Makes room for the answers of a lookup.</summary>
    /// <param name="learns">Whether gradients will follow.</param>
    public void Begin(bool learns)
    {
        ReserveRows();
        (Batch.Ids, Batch.Counts) = (Unique.IdMemory, Unique.CountMemory);
        Batch.Rows = RowBuffer.AsMemory(0, Unique.Count * Dimension);
        Batch.StoredRows = learns && _isFakeQuantized && _usesWeightsAtRead ? Reserved(ref _stored) : default;
        // The rows as they were stored when they were read.
        Batch.WeightsAtRead = !_usesWeightsAtRead ? default : Batch.StoredRows.IsEmpty ? Batch.Rows : Batch.StoredRows;
        (Batch.HasRow, Batch.HadRow) = (default, default);
        (Batch.FirstValues, Batch.FirstValueOf) = (default, default);
        if (learns && AsksForNewIds)
        {
            if (_hadRow.Length < Unique.Count) _hadRow = new bool[Math.Max(Unique.Count, 2 * _hadRow.Length)];
            Batch.HadRow = _hadRow.AsMemory(0, Unique.Count);
        }
        if (!learns || !AsksForRows) return;
        if (_hasRow.Length < Unique.Count) _hasRow = new bool[Math.Max(Unique.Count, 2 * _hasRow.Length)];
        Batch.HasRow = _hasRow.AsMemory(0, Unique.Count);
    }

    /// <summary>Makes room for sums of gradients; what <see cref="Gradients"/> hold is not defined until they are cleared.</summary>
    public void BeginGradients()
    {
        Batch.Gradients = Reserved(ref _gradients);
        HasBags = false;
    }

    /// <summary>Clears the gradients of some ids that will be added to. Without bags, those of ids that occur once are set.</summary>
    public void ClearGradients(PlaceRange ids)
    {
        var counts = Counts;
        for (var id = ids.First; id < ids.End; id++)
        {
            if (HasBags || counts[id] != 1) _gradients.AsSpan(id * Dimension, Dimension).Clear();
        }
    }

    /// <summary>
    /// The sum of the squares of <see cref="Gradients"/>, over the segments that learn from gradients. What the table will skip does not
    /// count: rows with values that are not finite, and ids without a row.
    /// </summary>
    public double SquaredGradientNorm()
    {
        var hasRow = Batch.HasRow.Span;
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

    private Memory<float> Reserved(ref float[] buffer)
    {
        Reserve(ref buffer);
        return buffer.AsMemory(0, Unique.Count * Dimension);
    }

    // The parts of a row that learn from gradients; usually one part, the whole row.
    private static (int Start, int Length)[] Learning(EmbeddingTableOptions options)
    {
        var (parts, start) = (new List<(int Start, int Length)>(), 0);
        foreach (var segment in options.Segments)
        {
            if (segment.Optimizer.LearnsFromGradients)
            {
                if (parts.Count > 0 && parts[^1].Start + parts[^1].Length == start)
                    parts[^1] = (parts[^1].Start, parts[^1].Length + segment.Dimension);
                else parts.Add((start, segment.Dimension));
            }
            start += segment.Dimension;
        }
        return [.. parts];
    }
}
