using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>
/// Weights by place, their sum, and a draw by them, each in the logarithm of their number. A node is the sum of its two children and of
/// nothing else, so that its bits depend on the weights alone and not on how they came about.
/// </summary>
internal sealed class WeightTree
{
    // Node 1 is the root; the children of n are 2 n and 2 n + 1; place p is the leaf (half the length) + p.
    private WeightSums[] _nodes = new WeightSums[128];

    /// <summary>The sums over all places.</summary>
    public WeightSums Total => _nodes[1];

    /// <summary>The bytes that it takes.</summary>
    public long Bytes => (long)_nodes.Length * Unsafe.SizeOf<WeightSums>();

    private int Leaves => _nodes.Length / 2;

    /// <summary>The sums of one place.</summary>
    public ref readonly WeightSums this[int place] => ref _nodes[Leaves + place];

    /// <summary>Sets those of a place.</summary>
    public void Set(int place, in WeightSums sums)
    {
        if (place >= Leaves) Grow(place);
        var node = Leaves + place;
        _nodes[node] = sums;
        while ((node >>= 1) > 0) _nodes[node] = _nodes[2 * node] + _nodes[(2 * node) + 1];
    }

    /// <summary>The place at which the sum of the weights from the first one exceeds a number.</summary>
    /// <param name="weight">0 to the sum of all weights, which is above 0.</param>
    public int Find(double weight)
    {
        var node = 1;
        while (node < Leaves)
        {
            node *= 2;
            var left = _nodes[node].Weight;
            // By rounding the number may reach what is right of all weights: there it stays at the last.
            if ((weight < left && left > 0) || _nodes[node + 1].Weight <= 0) continue;
            weight -= left;
            node++;
        }
        return node - Leaves;
    }

    /// <summary>Rebuilds it.</summary>
    public void Rebuild(ReadOnlySpan<WeightSums> places)
    {
        var leaves = Leaves;
        while (leaves < places.Length) leaves *= 2;
        if (leaves > Leaves) _nodes = new WeightSums[2 * leaves];
        places.CopyTo(_nodes.AsSpan(Leaves));
        _nodes.AsSpan(Leaves + places.Length).Clear();
        for (var node = Leaves - 1; node > 0; node--) _nodes[node] = _nodes[2 * node] + _nodes[(2 * node) + 1];
    }

    private void Grow(int place)
    {
        var before = _nodes.AsSpan(Leaves).ToArray();
        _nodes = new WeightSums[4 * before.Length];
        Rebuild(before);
        if (place >= Leaves) Grow(place);
    }
}
