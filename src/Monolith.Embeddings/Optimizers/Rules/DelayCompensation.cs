using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// Corrects a gradient for what happened to the weights since it was computed, and hands it to another rule: g += lambda g^2 (w - w at read
/// time), the first-order correction of Zheng et al. 2017 with g^2 for the diagonal of the Hessian. Where the caller does not say what the
/// weights were (see <see cref="OptimizerContext.WeightsAtRead"/>), or they have not changed, the gradient stays as it is. State: the other
/// rule's. Immutable; thread-safe.
/// </summary>
public sealed class DelayCompensation : DelegatingOptimizer
{
    private readonly float _lambda;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="options">Its options.</param>
    public DelayCompensation(DelayCompensationOptions options)
        : this(InnerOf(options), options.Lambda)
    {
    }

    private DelayCompensation(Optimizer rule, float lambda)
        : base(rule) => _lambda = lambda;

    /// <summary><c>delay-compensation(</c>the other rule's name<c>)</c>.</summary>
    public override string Name => $"delay-compensation({Inner.Name})";

    /// <inheritdoc />
    public override bool UsesWeightsAtRead => true;

    /// <inheritdoc />
    [SkipLocalsInit]
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (context.WeightsAtRead.IsEmpty)
        {
            Inner.Apply(weights, state, gradient, in context);
            return;
        }
        using var scratch = new GradientScratch(stackalloc float[GradientScratch.StackFloats], gradient.Length);
        GradientDelay.Compensate(_lambda, gradient, weights, context.WeightsAtRead, scratch.Floats);
        Inner.Apply(weights, state, scratch.Floats, in context);
    }

    // One row after the other, because a row that comes twice in a block has moved when its second gradient is compensated.
    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        return rows.HasWeightsAtRead ? base.ApplyRows(in rows, in context) : Inner.ApplyRows(in rows, in context);
    }

    // The limits are for what the rule sees.
    internal override Optimizer ClippedBy(GradientClipping clipping) => new DelayCompensation(Inner.ClippedBy(clipping), _lambda);

    private static Optimizer InnerOf(DelayCompensationOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        return options.Inner.Build();
    }
}
