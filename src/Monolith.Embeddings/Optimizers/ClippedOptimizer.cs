using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// A rule on clipped gradients. They are written to the stack, or for a large matrix to a pooled array, never to the caller's span; a
/// gradient within the limits is not even copied. State and name are the rule's: a limit may change between two runs.
/// </summary>
internal sealed class ClippedOptimizer(Optimizer rule, GradientClipping clipping) : DelegatingOptimizer(rule)
{
    private readonly GradientLimits _limits = new(clipping.Value, clipping.Norm);

    [SkipLocalsInit]
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (!_limits.AreExceededBy(gradient))
        {
            Inner.Apply(weights, state, gradient, in context);
            return;
        }
        using var scratch = new GradientScratch(stackalloc float[GradientScratch.StackFloats], gradient.Length);
        _limits.Clip(gradient, scratch.Floats);
        Inner.Apply(weights, state, scratch.Floats, in context);
    }

    // Rows one after the other have no addresses of their gradients that others could be put in the place of; they go one by one.
    // Limits do not depend on the weights, so that a block may be clipped before its first row changes.
    [SkipLocalsInit]
    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        Span<float> scratch = stackalloc float[GradientScratch.StackFloats];
        Span<nint> gradients = stackalloc nint[ClippedRows.MaxCount];
        var most = ClippedRows.CountIn(scratch, rows.Dimension);
        if (most == 0 || rows.AreContiguous) return base.ApplyRows(in rows, in context);
        var isFinite = true;
        for (var start = 0; start < rows.Count; start += most)
        {
            var some = rows.Slice(start, Math.Min(most, rows.Count - start));
            var clipped = ClippedRows.Of(in some, in _limits, scratch, gradients);
            isFinite &= Inner.ApplyRows(in clipped, context.Slice(start, some.Count));
        }
        return isFinite;
    }
}
