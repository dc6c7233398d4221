using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Kernels.Loops;

/// <summary>
/// A rule that brings its own loop over rows of whole lanes, before which it can broadcast its constants: the compiler would do it for
/// every lane of weights.
/// </summary>
internal interface IWholeLaneRule
{
    /// <summary>One step of each row, in order; where rows are kept, each is kept first.</summary>
    /// <returns>Whether all numbers are finite; true where rows are not kept.</returns>
    bool RunWhole<TLane, TKeeping>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TKeeping : struct, IKeeping;
}
