using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>The arithmetic of an optimizer step that looks at a row as a whole; its fields are the step's constants.</summary>
internal interface IRowRule
{
    /// <summary>
    /// One step of each row, in order. The loop is the rule's own, because the compiler lends a method room for inlining by its length: a
    /// short loop around the rule would call each part of it.
    /// </summary>
    void Run<TLane, TLength>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TLength : struct, IRowLength;
}
