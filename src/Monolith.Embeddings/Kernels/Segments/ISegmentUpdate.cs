namespace Monolith.Embeddings.Kernels.Segments;

/// <summary>What is to be done with rows while they stay in place.</summary>
/// <typeparam name="TContext">What it depends on besides.</typeparam>
internal interface ISegmentUpdate<TContext>
    where TContext : struct, allows ref struct
{
    void Run(in SegmentRows rows, in TContext context);
}
