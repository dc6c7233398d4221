using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Stochastic gradient descent: w -= lr (g + wd w). Keeps no state. Immutable; thread-safe.</summary>
public sealed class Sgd : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Sgd(SgdOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_rate, _weightDecay) = (new LearningRate(options), options.WeightDecay);
    }

    /// <inheritdoc />
    public override string Name => "sgd";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 0;

    /// <inheritdoc />
    public override int StatesPerWeight => 0;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
    {
    }

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context) =>
        UpdateLoop.Run(RuleAt(context.Step), weights, gradient);

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context) =>
        UpdateLoop.RunRows(RuleAt(context.Step), in rows);

    private SgdRule RuleAt(long step) => new(_rate.At(step), _weightDecay);
}
