using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Optimizers;

/// <summary>An optimizer's update of rows of a caller's own.</summary>
internal readonly struct BlockUpdate(Optimizer optimizer) : ISegmentUpdate<BlockContext>
{
    public void Run(in SegmentRows rows, in BlockContext context) => optimizer.ApplyRows(in rows, in context);
}
