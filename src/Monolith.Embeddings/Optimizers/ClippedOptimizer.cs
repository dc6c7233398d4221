using System.Buffers;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// A rule on clipped gradients. They are written to the stack, or for a large matrix to a pooled array, never to the caller's span; a gradient within the limits is
/// not even copied. State and name are the rule's: a limit may change between two runs.
/// </summary>
internal sealed class ClippedOptimizer(Optimizer rule, GradientClipping clipping) : Optimizer
{
    // 16 KB of stack: one row of the largest segment, or a whole block of rows of 256.
    private const int StackFloats = 4096;

    private readonly GradientLimits _limits = new(clipping.Value, clipping.Norm);

    public override string Name => rule.Name;

    public override bool UsesOccurrences => rule.UsesOccurrences;

    public override bool UsesWeightsAtRead => rule.UsesWeightsAtRead;

    internal override bool IsBuiltIn => rule.IsBuiltIn;

    public override int StateLength(int dimension) => rule.StateLength(dimension);

    public override int ExactStateLength(int dimension) => rule.ExactStateLength(dimension);

    public override void Begin(Span<float> weights, Span<float> state, in RowBirth birth) => rule.Begin(weights, state, in birth);

    public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state) => rule.InitializeState(weights, state);

    public override void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state) => rule.WeightsMoved(weights, state);

    [SkipLocalsInit]
    public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
    {
        if (!_limits.AreExceededBy(gradient))
        {
            rule.Apply(weights, state, gradient, in context);
            return;
        }
        var pooled = gradient.Length > StackFloats ? ArrayPool<float>.Shared.Rent(gradient.Length) : null;
        Span<float> clipped = pooled is null ? stackalloc float[StackFloats] : pooled;
        clipped = clipped[..gradient.Length];
        _limits.Clip(gradient, clipped);
        rule.Apply(weights, state, clipped, in context);
        if (pooled is not null) ArrayPool<float>.Shared.Return(pooled);
    }

    // Rows one behind the other have no addresses of their gradients that others could be put in the place of; they go one by one.
    // Limits do not depend on the weights, so that a block may be clipped before its first row changes.
    [SkipLocalsInit]
    internal override bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        Span<float> scratch = stackalloc float[StackFloats];
        Span<nint> gradients = stackalloc nint[ClippedRows.MaxCount];
        var most = ClippedRows.CountIn(scratch, rows.Dimension);
        if (most == 0 || rows.AreContiguous) return base.ApplyRows(in rows, in context);
        var isFinite = true;
        for (var start = 0; start < rows.Count; start += most)
        {
            var some = rows.Slice(start, Math.Min(most, rows.Count - start));
            var clipped = ClippedRows.Of(in some, in _limits, scratch, gradients);
            isFinite &= rule.ApplyRows(in clipped, context.Slice(start, some.Count));
        }
        return isFinite;
    }
}
