using Monolith.Embeddings.Kernels;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adagrad (Duchi, Hazan and Singer 2011): g' = g + wd w; n += g'^2; w -= lr g' / sqrt(n + eps). State: n, one float a weight.
/// Immutable; thread-safe.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _epsilon, _initialAccumulator;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public Adagrad(AdagradOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        _rate = new LearningRate(options);
        (_weightDecay, _epsilon, _initialAccumulator) = (options.WeightDecay, options.Epsilon, options.InitialAccumulator);
    }

    /// <inheritdoc />
    public override string Name => "adagrad";

    /// <inheritdoc />
    public override int StateLength(int dimension) => dimension;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Fill(_initialAccumulator);

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        var rule = RuleAt(context.Step);
        UpdateLoop.Run(in rule, weights, state, gradient);
    }

    internal override void ApplyRows(in SegmentRows rows, ReadOnlySpan<OptimizerContext> contexts)
    {
        var rule = RuleAt(contexts[0].Step);
        UpdateLoop.RunRowsOneState(in rule, in rows);
    }

    private AdagradRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _epsilon);
}
