using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Optimizers;

/// <summary>An optimizer's update of rows of a caller's own.</summary>
internal readonly ref struct BlockUpdate(Optimizer optimizer, BlockContext context) : ISegmentUpdate
{
    private readonly BlockContext _context = context;

    public void Run(in SegmentRows rows) => optimizer.ApplyRows(in rows, in _context);
}
