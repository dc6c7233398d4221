using Monolith.Embeddings.Kernels.Loops;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

internal sealed class WholeLaneRunner<TRule>(TRule rule) : TwoStateRunner<TRule>(rule)
    where TRule : struct, ITwoStateRule, IWholeLaneRule
{
    private readonly TRule _rule = rule;

    public override void RunRows(in SegmentRows rows) => UpdateLoop.RunRowsTwoState(in _rule, in rows);
}
