using Measuring;
using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.BucketLayouts;

/// <summary>The rows that every layout indexes, flat rows of the same stride, and batches of ids that are there and that are not.</summary>
internal sealed unsafe class LayoutSubject : IDisposable
{
    private readonly HugeMapping _memory;

    public LayoutSubject(RatioContext context)
    {
        var (count, dimension) = (context.Settings.Rows, context.Settings.Dimension);
        _memory = new HugeMapping((long)count * LayoutRows.Stride(dimension));
        Rows = new LayoutRows(_memory.Pointer, dimension);
        for (var row = 0; row < count; row++)
        {
            Rows.SetKey(row, ScatteredIds.Of(row));
            new Span<float>(Rows.Weights(row), 2 * dimension).Fill(0.1f);
        }
        Flat = new FlatRows(count, LayoutRows.Stride(dimension), dimension);
        Flat.Fill(0.1f);
        Present = IdBatches.Uniform(count, RatioContext.BatchSize, RatioContext.Batches, new Random(9));
        Absent = IdBatches.Uniform(count, RatioContext.BatchSize, RatioContext.Batches, new Random(10), absent: true);
    }

    public LayoutRows Rows { get; }

    public FlatRows Flat { get; }

    public IdBatches Present { get; }

    public IdBatches Absent { get; }

    public void Dispose()
    {
        Flat.Dispose();
        _memory.Dispose();
    }
}
