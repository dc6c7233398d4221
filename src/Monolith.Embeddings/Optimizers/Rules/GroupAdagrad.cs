using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Rules;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Adagrad with one accumulator for a whole row, under a group lasso that makes whole rows exactly zero (Yuan and Lin 2006): g' = g + wd w;
/// s += max g'^2; eta = lr / (beta + sqrt s); u = w - eta g'; w = 0 where norm(u) is at most eta l2, else (1 - eta l2 / norm(u)) u. State:
/// s, one float a row. Immutable; thread-safe.
/// </summary>
public sealed class GroupAdagrad : Optimizer
{
    private readonly LearningRate _rate;
    private readonly float _initialAccumulator, _beta, _l2, _weightDecay;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public GroupAdagrad(GroupAdagradOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_rate, _initialAccumulator) = (new LearningRate(options), options.InitialAccumulator);
        (_beta, _l2, _weightDecay) = (options.Beta, options.L2, options.WeightDecay);
    }

    /// <inheritdoc />
    public override string Name => "group-adagrad";

    /// <inheritdoc />
    public override int StateLength(int dimension) => 1;

    /// <inheritdoc />
    public override int StatesPerWeight => 0;

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => state.Fill(_initialAccumulator);

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

    private GroupAdagradRule RuleAt(long step) => new(_rate.At(step), _weightDecay, _beta, _l2);
}
