using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Kernels.Lanes;

/// <summary>
/// 16 running sums, whatever the machine's vectors: element i of the input goes to sum i mod 16, in ascending order, and at the end the
/// sums are folded by halves. So a total has the same bits on every machine.
/// </summary>
[InlineArray(Count)]
internal struct VirtualLanes
{
    public const int Count = 16;

    private float _first;

    /// <summary>Folds 16 sums to 8, 4, 2 and 1.</summary>
    public readonly float Total()
    {
        const int Quarter = Count / 4;
        Lane128 first = Lane128.Load(in this[0]), second = Lane128.Load(in this[Quarter]);
        Lane128 third = Lane128.Load(in this[2 * Quarter]), fourth = Lane128.Load(in this[3 * Quarter]);
        return Lane128.FoldSum(first + third + (second + fourth));
    }
}
