using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>The loops of rules of one kind, which is how many floats of state a weight has. A type, so that the compiler makes a loop of
/// each.</summary>
/// <typeparam name="TRule">The rule.</typeparam>
internal interface IRuleForm<TRule>
    where TRule : struct
{
    /// <summary>One step of each row, in order, where rows are whole lanes; where rows are kept, each is kept first.</summary>
    /// <returns>Whether all numbers are finite; true where rows are not kept.</returns>
    static abstract bool RunWhole<TLane, TKeeping>(in TRule rule, in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping;

    /// <summary>One step of a row of any length.</summary>
    static abstract void RunRow(in TRule rule, in SegmentRows rows, int row);
}
