namespace Monolith.Embeddings.Kernels;

/// <summary>What is to be done with rows while they stay in place.</summary>
internal interface ISegmentUpdate
{
    void Run(in SegmentRows rows);
}
