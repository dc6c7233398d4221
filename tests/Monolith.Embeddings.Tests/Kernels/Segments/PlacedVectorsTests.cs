using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Segments;

/// <summary>
/// The loops over placed vectors, at every width of a lane, beside the plain formula: bit for bit, in memory that ends at a page that must
/// not be touched.
/// </summary>
public class PlacedVectorsTests
{
    private const int Distinct = 5, Longest = 40, RowExtra = 2, BlockExtra = 7;

    private static readonly int[] Places = [4, 0, 1, 4, 4, 2];

    // Row 3 is named by vectors of other columns alone.
    private static readonly int[] Counts = [1, 1, 1, 2, 3];

    private static readonly PlaceRange All = new(0, int.MaxValue), Some = new(1, 5);

    private readonly Random _random = new(23);
    private readonly GuardedFloats[] _memory = new GuardedFloats[2];

    private GuardedFloats RowMemory => _memory[0];

    private GuardedFloats BlockMemory => _memory[1];

    [SetUp]
    public void Map()
    {
        _memory[0] = new GuardedFloats(Distinct * (Longest + RowExtra));
        _memory[1] = new GuardedFloats(Places.Length * (Longest + BlockExtra));
    }

    [TearDown]
    public void Unmap()
    {
        foreach (var memory in _memory) memory.Dispose();
    }

    [Test]
    public void Gathering_reads_the_vector_of_each_place([Range(1, Longest)] int width)
    {
        CheckGather(width, PlacedVectors.Gather);
        CheckGather(width, PlacedVectors.Gather<ScalarLane>);
        CheckGather(width, PlacedVectors.Gather<Lane128>);
        CheckGather(width, PlacedVectors.Gather<Lane256>);
        CheckGather(width, PlacedVectors.Gather<Lane512>);
    }

    [Test]
    public void Scattering_sums_the_vectors_of_each_place_of_a_range([Range(1, Longest)] int width, [Values] bool isCounted)
    {
        CheckScatter(width, isCounted, PlacedVectors.Scatter);
        CheckScatter(width, isCounted, PlacedVectors.Scatter<ScalarLane>);
        CheckScatter(width, isCounted, PlacedVectors.Scatter<Lane128>);
        CheckScatter(width, isCounted, PlacedVectors.Scatter<Lane256>);
        CheckScatter(width, isCounted, PlacedVectors.Scatter<Lane512>);
    }

    [Test]
    public void A_row_that_is_named_once_is_set_whatever_it_held()
    {
        float[] rows = [float.NaN, float.NaN, 5, 5];
        PlacedVectors.Scatter([-0f, 1, 2], new VectorColumn(1, 0), [0, 2, 2], [1, 1, 2, 1], rows, new VectorColumn(1, 0), 1, All);
        Assert.That(Bits.Of(rows), Is.EqualTo(Bits.Of([0, float.NaN, 8, 5])));
    }

    [Test]
    public void A_place_that_is_none_is_refused()
    {
        var (rows, block, column) = (new float[8], new float[4], new VectorColumn(4, 0));
        Assert.That(() => PlacedVectors.Gather(rows, column, [2], block, column, 4), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => PlacedVectors.Gather(rows, column, [-1], block, column, 4), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => PlacedVectors.Scatter(block, column, [2], [], rows, column, 4, All), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_block_with_too_few_rows_is_refused()
    {
        var (rows, block, column) = (new float[8], new float[7], new VectorColumn(4, 0));
        Assert.That(() => PlacedVectors.Gather(rows, column, [0, 1], block, column, 4), Throws.ArgumentException);
        Assert.That(() => PlacedVectors.Scatter(block, column, [0, 1], [], rows, column, 4, All), Throws.ArgumentException);
    }

    private delegate void Gather(
        ReadOnlySpan<float> rows, VectorColumn from, ReadOnlySpan<int> places, Span<float> block, VectorColumn to, int width);

    private delegate void Scatter(
        ReadOnlySpan<float> block, VectorColumn from, ReadOnlySpan<int> places, ReadOnlySpan<int> counts, Span<float> rows,
        VectorColumn to, int width, PlaceRange range);

    private void CheckGather(int width, Gather gather)
    {
        var (inRows, inBlock) = ColumnsOf(width);
        var (rows, block) = (Draw(Distinct * inRows.Stride), Draw(Places.Length * inBlock.Stride));
        var guarded = BlockMemory.Last(block);
        gather(RowMemory.Last(rows), inRows, Places, guarded, inBlock, width);
        for (var i = 0; i < Places.Length; i++)
        {
            for (var e = 0; e < width; e++)
                block[i * inBlock.Stride + inBlock.Start + e] = 0 + rows[Places[i] * inRows.Stride + inRows.Start + e];
        }
        Assert.That(Bits.Of(guarded), Is.EqualTo(Bits.Of(block)));
        BlockMemory.AssertUntouched(block.Length);
    }

    private void CheckScatter(int width, bool isCounted, Scatter scatter)
    {
        var (inRows, inBlock) = ColumnsOf(width);
        var (rows, block) = (Draw(Distinct * inRows.Stride), Draw(Places.Length * inBlock.Stride));
        var guarded = RowMemory.Last(rows);
        scatter(BlockMemory.Last(block), inBlock, Places, isCounted ? Counts : [], guarded, inRows, width, Some);
        for (var i = 0; i < Places.Length; i++)
        {
            if (Places[i] < Some.First || Places[i] >= Some.End) continue;
            for (var e = 0; e < width; e++)
            {
                ref var row = ref rows[Places[i] * inRows.Stride + inRows.Start + e];
                row = (isCounted && Counts[Places[i]] == 1 ? 0 : row) + block[i * inBlock.Stride + inBlock.Start + e];
            }
        }
        Assert.That(Bits.Of(guarded), Is.EqualTo(Bits.Of(rows)));
        RowMemory.AssertUntouched(rows.Length);
    }

    // The vector ends its row, so that the last one ends at the page.
    private static (VectorColumn InRows, VectorColumn InBlock) ColumnsOf(int width) =>
        (new VectorColumn(width + RowExtra, RowExtra), new VectorColumn(width + BlockExtra, BlockExtra));

    private float[] Draw(int count) => RandomFloats.Draw(_random, count);
}
