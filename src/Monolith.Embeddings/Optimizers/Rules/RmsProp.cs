using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// RMSProp (Tieleman and Hinton 2012): g' = g + wd w; n = rho n + (1 - rho) g'^2; w -= lr g' / (sqrt n + eps); accumulating, n = rho n +
/// g'^2. State: n, one float a weight, from 0. Immutable; thread-safe.
/// </summary>
public sealed class RmsProp : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _decay, _share, _epsilon;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public RmsProp(RmsPropOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_weightDecay, _decay, _epsilon) = (options.WeightDecay, options.Decay, options.Epsilon);
        _share = options.Accumulate ? 1 : 1 - options.Decay;
    }

    /// <inheritdoc />
    public override string Name => "rmsprop";

    /// <inheritdoc />
    public override int StateLength(int dimension) => dimension;

    /// <inheritdoc />
    public override int StatesPerWeight => 1;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
        UpdateLoop.Run(RuleAt(context.Step), weights, state, gradient);

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context) =>
        UpdateLoop.RunRowsOneState(RuleAt(context.Step), in rows);

    private RmsPropRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _decay, _share, _epsilon);
}
