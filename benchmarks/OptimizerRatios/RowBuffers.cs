using Monolith.Embeddings.Optimizers;
using OptimizerRatios.Flat;

namespace OptimizerRatios;

/// <summary>Rows that stay in the first cache, pinned and on cache lines: one copy a side.</summary>
internal sealed unsafe class RowBuffers
{
    private const int CacheBytes = 24 << 10, Line = 64 / sizeof(float), RowsABlock = 16;

    private readonly float[] _memory;
    private readonly int _start, _stateStart, _gradientStart;

    public RowBuffers(Optimizer optimizer, int dimension)
    {
        (Dimension, StateLength) = (dimension, optimizer.StateLength(dimension));
        Count = Math.Max(RowsABlock, CacheBytes / sizeof(float) / (2 * dimension + StateLength) / RowsABlock * RowsABlock);
        _memory = GC.AllocateArray<float>(Count * (2 * dimension + StateLength) + 4 * Line, pinned: true);
        fixed (float* first = _memory) _start = (int)((64 - (nint)first % 64) % 64 / sizeof(float));
        _stateStart = AfterLine(_start + Count * dimension);
        _gradientStart = AfterLine(_stateStart + Count * StateLength);
        Fill(optimizer, new Random(1));
    }

    public int Count { get; }

    public int Dimension { get; }

    public int StateLength { get; }

    public Span<float> Weights => _memory.AsSpan(_start, Count * Dimension);

    public Span<float> State => _memory.AsSpan(_stateStart, Count * StateLength);

    public ReadOnlySpan<float> Gradients => _memory.AsSpan(_gradientStart, Count * Dimension);

    public FlatRows Flat
    {
        get
        {
            // Pinned permanently: the address stays.
            fixed (float* first = _memory)
                return new(first + _start, first + _stateStart, first + _gradientStart, Count, Dimension, StateLength);
        }
    }

    private int AfterLine(int place) => _start + (place - _start + Line - 1) / Line * Line;

    private void Fill(Optimizer optimizer, Random random)
    {
        foreach (ref var weight in Weights) weight = 2 * random.NextSingle() - 1;
        for (var row = 0; row < Count; row++)
            optimizer.InitializeState(Weights.Slice(row * Dimension, Dimension), State.Slice(row * StateLength, StateLength));
        foreach (ref var gradient in _memory.AsSpan(_gradientStart, Count * Dimension)) gradient = 0.2f * random.NextSingle() - 0.1f;
    }
}
