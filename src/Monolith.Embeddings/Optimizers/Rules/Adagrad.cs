using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011): g' = g + wd w; n += g'^2; w -= lr g' / sqrt(n + eps). Decoupled (Loshchilov and Hutter 2019):
/// n += g^2; w -= lr g / sqrt(n + eps) + lr wd w. State: n, one float a weight. Immutable; thread-safe.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _epsilon, _initialAccumulator;
    private readonly bool _decoupled;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Adagrad(AdagradOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_epsilon, _initialAccumulator) = (options.Epsilon, options.InitialAccumulator);
        (_weightDecay, _decoupled) = (options.WeightDecay, options.Decoupled);
    }

    /// <inheritdoc />
    public override string Name => "adagrad";

    /// <inheritdoc />
    public override int StateLength(int dimension) => dimension;

    /// <inheritdoc />
    public override int StatesPerWeight => 1;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Fill(_initialAccumulator);

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (_decoupled) UpdateLoop.Run(DecoupledAt(context.Step), weights, state, gradient);
        else UpdateLoop.Run(RuleAt(context.Step), weights, state, gradient);
    }

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        if (_decoupled) return UpdateLoop.RunRowsOneState(DecoupledAt(context.Step), in rows);
        return UpdateLoop.RunRowsOneState(RuleAt(context.Step), in rows);
    }

    internal override bool NeedsNoKeeping(int dimension) => !_decoupled && UpdateLoop.FitsInRegisters(dimension);

    internal override int ApplyUnkept(in SegmentRows rows, in BlockContext context) =>
        UpdateLoop.RunInRegistersOneState(RuleAt(context.Step), in rows);

    private AdagradRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _epsilon);

    private DecoupledAdagradRule DecoupledAt(long step) => new(_rate.At(step), _weightDecay, _epsilon);
}
