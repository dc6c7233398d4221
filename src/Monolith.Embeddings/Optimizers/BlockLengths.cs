using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers;

/// <summary>Whether the spans of a block of rows belong together.</summary>
internal static class BlockLengths
{
    /// <returns>How many rows there are.</returns>
    /// <exception cref="ArgumentException">The spans do not belong together.</exception>
    public static int Require(int dimension, int stateLength, int weights, int state, int gradients, in BlockContext context)
    {
        OutOfRange.ThrowIfLess(dimension, 1);
        var (rows, rest) = Math.DivRem(weights, dimension);
        if (rest != 0) ThrowNoWholeRows(weights, dimension);
        Require(rows, stateLength, state, nameof(state));
        Require(rows, dimension, gradients, nameof(gradients));
        if (!context.Ids.IsEmpty) Require(rows, 1, context.Ids.Length, nameof(context.Ids));
        if (!context.Counts.IsEmpty) Require(rows, 1, context.Counts.Length, nameof(context.Counts));
        return rows;
    }

    private static void Require(int rows, int width, int actual, string name)
    {
        if ((long)rows * width != actual) ThrowOtherLength(rows, width, actual, name);
    }

    // Apart, because a text in the making costs a method that makes none its time.
    private static void ThrowNoWholeRows(int weights, int dimension) =>
        throw new ArgumentException($"{weights} weights are no whole rows of {dimension}.", nameof(weights));

    private static void ThrowOtherLength(int rows, int width, int actual, string name) =>
        throw new ArgumentException(
            $"{name}: the weights are {rows} rows, which need {(long)rows * width} values here, {width} each; got {actual}.", name);
}
