using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// w = mu w + (1 - mu) x: follows values instead of descending a loss. The gradient carries the new value x; that of an id which a batch
/// has several times is the sum of its values, and x is their mean. Keeps no state. Immutable; thread-safe.
/// </summary>
public sealed class MovingAverage : Optimizer
{
    private readonly float _decay;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public MovingAverage(MovingAverageOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _decay = options.Decay;
    }

    /// <inheritdoc />
    public override string Name => "moving-average";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 0;

    /// <inheritdoc />
    public override int StatesPerWeight => 0;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
    {
    }

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (context.Count == 1) UpdateLoop.Run(new MovingAverageRule(_decay), weights, gradient);
        else UpdateLoop.Run(new MovingMeanRule(_decay, context.Count), weights, gradient);
    }

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        // Nearly always nothing but ones, which need no division.
        if (!context.Counts.ContainsAnyExcept(1)) return UpdateLoop.RunRows(new MovingAverageRule(_decay), in rows);
        return base.ApplyRows(in rows, in context);
    }
}
