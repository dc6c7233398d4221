namespace Monolith.Embeddings.Kernels;

/// <summary>A rule that brings its own loop over rows of whole lanes, before which it can broadcast its constants: the compiler would do it for every lane of weights.</summary>
internal interface IWholeLaneRule
{
    /// <summary>One step of each row, in order; each is kept first.</summary>
    /// <returns>Whether all numbers are finite.</returns>
    bool RunWhole<TLane>(in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>;
}
