using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Gradient descent with momentum (Polyak 1964): g' = g + wd w; n = mu n - lr g'; w += n; with Nesterov (Sutskever et al. 2013)
/// w += (1 + mu) n - mu n_before. State: n, one float a weight. Immutable; thread-safe.
/// </summary>
public sealed class Momentum : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _momentum;
    private readonly bool _nesterov;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Momentum(MomentumOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_weightDecay, _momentum, _nesterov) = (options.WeightDecay, options.Momentum, options.Nesterov);
    }

    /// <inheritdoc />
    public override string Name => "momentum";

    /// <inheritdoc />
    public override int StateLength(int dimension) => dimension;

    /// <inheritdoc />
    public override int StatesPerWeight => 1;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (_nesterov) UpdateLoop.Run(NesterovAt(context.Step), weights, state, gradient);
        else UpdateLoop.Run(RuleAt(context.Step), weights, state, gradient);
    }

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        if (_nesterov) return UpdateLoop.RunRowsOneState(NesterovAt(context.Step), in rows);
        return UpdateLoop.RunRowsOneState(RuleAt(context.Step), in rows);
    }

    private MomentumRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _momentum);

    private NesterovRule NesterovAt(long step) => new(_rate.At(step), _weightDecay, _momentum);
}
