using System.Buffers;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Corrects a gradient for what happened to the weights since it was computed, and hands it to another rule: g += lambda g^2 (w - w at read time), the
/// first-order correction of Zheng et al. 2017 with g^2 for the diagonal of the Hessian. Where the caller does not say what the weights were
/// (see <see cref="OptimizerContext.WeightsAtRead"/>), or they have not changed, the gradient stays as it is. State: the other rule's. Immutable; thread-safe.
/// </summary>
public sealed class DelayCompensation : Optimizer
{
    // 16 KB of stack: one row of the largest segment.
    private const int StackFloats = 4096;

    private readonly Optimizer _rule;
    private readonly float _lambda;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public DelayCompensation(DelayCompensationOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_rule, _lambda) = (options.Inner.Build(), options.Lambda);
    }

    private DelayCompensation(Optimizer rule, float lambda) => (_rule, _lambda) = (rule, lambda);

    /// <summary><c>delay-compensation(</c>the other rule's name<c>)</c>.</summary>
    public override string Name => $"delay-compensation({_rule.Name})";

    /// <inheritdoc />
    public override bool UsesOccurrences => _rule.UsesOccurrences;

    /// <inheritdoc />
    public override bool UsesWeightsAtRead => true;

    internal override bool IsBuiltIn => _rule.IsBuiltIn;

    /// <inheritdoc />
    public override int StateLength(int dimension) => _rule.StateLength(dimension);

    /// <inheritdoc />
    public override int ExactStateLength(int dimension) => _rule.ExactStateLength(dimension);

    /// <inheritdoc />
    public override void Begin(Span<float> weights, Span<float> state, in RowBirth birth) => _rule.Begin(weights, state, in birth);

    /// <inheritdoc />
    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => _rule.InitializeState(weights, state);

    /// <inheritdoc />
    public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state) => _rule.WeightsMoved(weights, state);

    /// <inheritdoc />
    [SkipLocalsInit]
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (context.WeightsAtRead.IsEmpty)
        {
            _rule.Apply(weights, state, gradient, in context);
            return;
        }
        var pooled = gradient.Length > StackFloats ? ArrayPool<float>.Shared.Rent(gradient.Length) : null;
        Span<float> compensated = pooled is null ? stackalloc float[StackFloats] : pooled;
        compensated = compensated[..gradient.Length];
        GradientDelay.Compensate(_lambda, gradient, weights, context.WeightsAtRead, compensated);
        _rule.Apply(weights, state, compensated, in context);
        if (pooled is not null) ArrayPool<float>.Shared.Return(pooled);
    }

    // One row after the other, because a row that comes twice in a block has moved when its second gradient is compensated.
    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        return rows.HasWeightsAtRead ? base.ApplyRows(in rows, in context) : _rule.ApplyRows(in rows, in context);
    }

    // The limits are for what the rule sees.
    internal override Optimizer ClippedBy(GradientClipping clipping) => new DelayCompensation(_rule.ClippedBy(clipping), _lambda);
}
