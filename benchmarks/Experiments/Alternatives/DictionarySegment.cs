using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Experiments.Alternatives;

/// <summary>
/// A segment of a row in a managed array: where its weights and its optimizer state lie, and the library's own rules for them.
/// </summary>
internal sealed class DictionarySegment
{
    private readonly Initializer _initializer;
    private readonly Optimizer _optimizer;
    private readonly Range _weights;
    private readonly Range _state;
    private readonly ulong _seed;

    /// <summary>Lays a segment out.</summary>
    /// <param name="options">The segment.</param>
    /// <param name="firstWeight">The place of its first weight.</param>
    /// <param name="firstState">The place of its first state.</param>
    /// <param name="seed">Of first values.</param>
    public DictionarySegment(SegmentOptions options, int firstWeight, int firstState, ulong seed)
    {
        (_initializer, _optimizer, _seed) = (options.Initializer.Create(), options.Optimizer.Build(), seed);
        StateLength = _optimizer.StateLength(options.Dimension);
        (_weights, _state) = (firstWeight..(firstWeight + options.Dimension), firstState..(firstState + StateLength));
    }

    /// <summary>How many floats its state takes.</summary>
    public int StateLength { get; }

    /// <summary>Begins a new row.</summary>
    public void Begin(long id, float[] row)
    {
        _initializer.Initialize(_seed ^ (ulong)id * 0x9E3779B97F4A7C15, row.AsSpan(_weights));
        _optimizer.InitializeState(row.AsSpan(_weights), row.AsSpan(_state));
    }

    /// <summary>Applies its part of a row's gradient.</summary>
    public void Apply(long id, int count, long step, float[] row, ReadOnlySpan<float> gradient) =>
        _optimizer.Apply(row.AsSpan(_weights), row.AsSpan(_state), gradient[_weights], new OptimizerContext(id, step, count));
}
