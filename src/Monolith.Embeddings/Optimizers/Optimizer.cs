using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Memory;

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

    /// <summary>
    /// How many floats at the end of the state are stored as they are, whatever the precision that a segment's user chose for its state:
    /// what rounding would destroy, such as a count, or bits that are no number. Default 0.
    /// </summary>
    /// <param name="dimension">The segment's dimension, at least 1.</param>
    public virtual int ExactStateLength(int dimension) => 0;

    /// <summary>
    /// How many floats of state belong to each weight: of n weights, state[p n + i] is of weight i for each p below this number, and what
    /// stands behind these belongs to all. By it a schema migration keeps the state of weights whose segment or matrix changes its shape.
    /// Default -1: it is not known, and such state starts over.
    /// </summary>
    public virtual int StatesPerWeight => -1;

    /// <summary>
    /// Whether <see cref="Begin"/> looks at <see cref="RowBirth.Occurrences"/>, which costs a question to the admission filter for each id
    /// that asks for a row. Default false.
    /// </summary>
    public virtual bool UsesOccurrences => false;

    /// <summary>
    /// Whether the rule looks at <see cref="OptimizerContext.WeightsAtRead"/>. Default false: then they are not passed on. Rows whose
    /// optimizers all say false pay nothing for those that do.
    /// </summary>
    public virtual bool UsesWeightsAtRead => false;

    /// <summary>
    /// Sets the state of a row that was just created, and may change its first weights. The default calls <see cref="InitializeState"/>,
    /// which is all that most rules need.
    /// </summary>
    /// <param name="weights">The row's first weights, as the initializer drew them, [dimension].</param>
    /// <param name="state">To be set, [<see cref="StateLength"/>]; holds anything before.</param>
    /// <param name="birth">How the row was created.</param>
    public virtual void Begin(Span<float> weights, Span<float> state, in RowBirth birth) => InitializeState(weights, state);

    /// <summary>Sets the state of a row that was just created, assigned or imported.</summary>
    /// <param name="weights">The row's weights, [dimension].</param>
    /// <param name="state">To be set, [<see cref="StateLength"/>]; holds anything before.</param>
    public abstract void InitializeState(ReadOnlySpan<float> weights, Span<float> state);

    /// <summary>
    /// Corrects the state after the weights of a living row were moved by something else than a gradient. The default keeps the state,
    /// which is right unless the rule derives the weights from it.
    /// </summary>
    /// <param name="weights">The row's weights as they are now, [dimension].</param>
    /// <param name="state">The row's state, [<see cref="StateLength"/>].</param>
    public virtual void WeightsMoved(ReadOnlySpan<float> weights, Span<float> state)
    {
    }

    /// <summary>
    /// Applies one gradient. A step that would make a number infinite, or none, need not be avoided: a table then puts the row back to what
    /// it was.
    /// </summary>
    /// <param name="weights">The row's weights, [dimension]; changed in place.</param>
    /// <param name="state">The row's state, [<see cref="StateLength"/>]; changed in place.</param>
    /// <param name="gradient">The gradient of the summed loss, [dimension]; finite.</param>
    /// <param name="context">What else the rule may depend on.</param>
    public abstract void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context);

    /// <summary>
    /// Applies one gradient to each of some rows that the caller keeps one after the other, such as a dense matrix: what
    /// <see cref="Apply"/> does row by row, to the bit, without the cost of a call a row. It is not told what the weights were when the
    /// gradients were computed: <see cref="OptimizerContext.WeightsAtRead"/> is empty.
    /// </summary>
    /// <remarks>
    /// The rule alone: nothing looks whether its results are finite, as a table does. The three spans must not overlap. Thread-safe for
    /// rows that no other thread uses. Allocates nothing, unless a user's own rule does.
    /// </remarks>
    /// <param name="dimension">How many weights a row has, at least 1.</param>
    /// <param name="weights">The rows' weights, [n, dimension]; changed in place.</param>
    /// <param name="state">The rows' state, [n, <see cref="StateLength"/>]; changed in place.</param>
    /// <param name="gradients">The rows' gradients, [n, dimension]; finite.</param>
    /// <param name="context">What else the rule may depend on.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together, or the spans share memory. Nothing was changed.</exception>
    public void ApplyRows(int dimension, Span<float> weights, Span<float> state, ReadOnlySpan<float> gradients, in BlockContext context)
    {
        var stateLength = StateLength(dimension);
        var count = BlockLengths.Require(dimension, stateLength, weights.Length, state.Length, gradients.Length, in context);
        Overlap.Refuse(gradients, weights, nameof(gradients), nameof(weights));
        Overlap.Refuse(gradients, state, nameof(gradients), nameof(state));
        Overlap.Refuse(weights, state, nameof(weights), nameof(state));
        ContiguousRows.Update(count, dimension, stateLength, weights, state, gradients, new BlockUpdate(this), in context);
    }

    /// <summary>Applies one gradient to each of some rows, in order; where rows are kept, each is kept before its step.</summary>
    /// <param name="rows">The rows and their gradients.</param>
    /// <param name="context">What else the rule may depend on.</param>
    /// <returns>Whether all numbers of the rows are finite now; true where rows are not kept.</returns>
    internal virtual bool ApplyRows(in SegmentRows rows, in BlockContext context)
    {
        var (isFinite, exact) = (true, NotNumbers(rows.Dimension));
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.AreKept) rows.Keep(row);
            Apply(rows.Weights(row), rows.State(row), rows.Gradient(row), context.Of(row, rows.WeightsAtRead(row)));
            if (rows.AreKept) isFinite &= rows.IsFinite(row, exact);
        }
        return isFinite;
    }

    /// <summary>
    /// Whether rows of a dimension need not be kept, because each is looked at before it is stored (<see cref="ApplyUnkept"/>).
    /// </summary>
    internal virtual bool NeedsNoKeeping(int dimension) => false;

    /// <summary>
    /// Applies one gradient to each of some rows, in order, as long as the numbers are finite. Where rows <see cref="NeedsNoKeeping"/>.
    /// </summary>
    /// <param name="rows">The rows and their gradients.</param>
    /// <param name="context">What else the rule may depend on.</param>
    /// <returns>
    /// How many rows took their step. The numbers of the next one would not have been finite; it and all behind it stay as they were.
    /// </returns>
    internal virtual int ApplyUnkept(in SegmentRows rows, in BlockContext context) =>
        throw new NotSupportedException($"{Name} keeps rows before it changes them.");

    /// <summary>How many floats at the end of the state may hold bits that are no number.</summary>
    internal int NotNumbers(int dimension) => Math.Clamp(ExactStateLength(dimension), 0, StateLength(dimension));

    /// <summary>Whether this and all that it holds is the library's, which does not throw.</summary>
    internal virtual bool IsBuiltIn => GetType().Assembly == typeof(Optimizer).Assembly;

    /// <summary>This rule on gradients that are clipped first.</summary>
    internal virtual Optimizer ClippedBy(GradientClipping clipping) => new ClippedOptimizer(this, clipping);
}
