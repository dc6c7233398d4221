using System.Globalization;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Slices;

/// <summary>Gives the first ids that come a slice each, and the others one together.</summary>
/// <param name="slot">The slot.</param>
/// <param name="ids">How many ids have a slice of their own.</param>
internal sealed class IdSlicing(FeatureSlot slot, int ids) : Slicing(slot, SliceBy.Id)
{
    private readonly Dictionary<long, int> _known = [];

    public override int MaxSlices => ids + 1;

    public override int Count => _known.Count < ids ? _known.Count : MaxSlices;

    /// <summary>The ids that have a slice of their own, by place.</summary>
    public override IReadOnlyList<long> Marks => [.. _known.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    public override string NameOf(int slice) => slice < _known.Count
        ? _known.First(pair => pair.Value == slice).Key.ToString(CultureInfo.InvariantCulture)
        : "other";

    public override bool GoOn(IReadOnlyList<long> marks)
    {
        // A trainer that goes back to its best commit knows ids already.
        _known.Clear();
        foreach (var id in marks) _known.Add(id, _known.Count);
        return true;
    }

    private protected override void Assign(ReadOnlySpan<long> ids, Span<int> slices)
    {
        for (var row = 0; row < slices.Length; row++)
        {
            if (slices[row] == None) continue;
            if (!_known.TryGetValue(ids[row], out var slice))
            {
                slice = _known.Count;
                if (slice < MaxSlices - 1) _known.Add(ids[row], slice);
            }
            slices[row] = slice;
        }
    }
}
