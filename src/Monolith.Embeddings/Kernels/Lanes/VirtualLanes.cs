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
    public float Total()
    {
        for (var half = Count / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++) this[i] += this[i + half];
        }
        return _first;
    }
}
