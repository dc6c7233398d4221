using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Optimizers;

/// <summary>
/// The rule by which a gradient changes the weights of one segment of a row, and the state that it keeps beside them.
/// </summary>
/// <remarks>
/// One instance serves a segment of a table on all threads: it must be immutable. Its members run while the row's stripe is locked, so
/// they must be quick, must not block, and must not call the table.
/// </remarks>
public abstract class Optimizer
{
    /// <summary>The name that files carry and check, such as <c>adagrad</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How many floats of state a row keeps for a segment of <paramref name="dimension"/> weights.</summary>
    /// <param name="dimension">The segment's dimension, at least 1.</param>
    public abstract int StateLength(int dimension);

    /// <summary>Sets the state of a row that was just created, assigned or imported.</summary>
    /// <param name="weights">The row's weights, [dimension].</param>
    /// <param name="state">To be set, [<see cref="StateLength"/>]; holds anything before.</param>
    public abstract void InitializeState(ReadOnlySpan<float> weights, Span<float> state);

    /// <summary>
    /// Mends the state after the weights of a living row were moved by something else than a gradient. The default keeps the state, which is
    /// right unless the rule derives the weights from it.
    /// </summary>
    /// <param name="weights">The row's weights as they are now, [dimension].</param>
    /// <param name="state">The row's state, [<see cref="StateLength"/>].</param>
    public virtual void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state)
    {
    }

    /// <summary>Applies one gradient.</summary>
    /// <param name="weights">The row's weights, [dimension]; changed in place.</param>
    /// <param name="state">The row's state, [<see cref="StateLength"/>]; changed in place.</param>
    /// <param name="gradient">The gradient of the summed loss, [dimension]; finite.</param>
    /// <param name="context">What else the rule may depend on.</param>
    public abstract void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context);

    /// <summary>Applies one gradient to each of some rows, in order.</summary>
    /// <param name="rows">The rows and their gradients.</param>
    /// <param name="contexts">What else the rule may depend on, one a row and at least one; all of one step, because a block belongs to one call.</param>
    internal virtual void ApplyRows(in SegmentRows rows, ReadOnlySpan<OptimizerContext> contexts)
    {
        for (var row = 0; row < rows.Count; row++) Apply(rows.Weights(row), rows.State(row), rows.Gradient(row), in contexts[row]);
    }
}
