using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adagrad with one accumulator for a whole row (Mudigere et al. 2022): g' = g + wd w; n += mean(g'^2); w -= lr g' / (sqrt(n) + eps).
/// State: n, one float a row, from 0. Immutable; thread-safe.
/// </summary>
public sealed class RowWiseAdagrad : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _weightDecay, _epsilon;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public RowWiseAdagrad(RowWiseAdagradOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_rate, _weightDecay, _epsilon) = (new LearningRate(options), options.WeightDecay, options.Epsilon);
    }

    /// <inheritdoc />
    public override string Name => "row-wise-adagrad";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 1;

    /// <inheritdoc />
    public override int StatesPerWeight => 0;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Clear();

    /// <inheritdoc />
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        var rule = RuleAt(context.Step);
        RowLoop.Run(in rule, weights, state, gradient);
    }

    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        var rule = RuleAt(context.Step);
        return RowLoop.RunRows(in rule, in rows);
    }

    private RowWiseAdagradRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _epsilon);
}
