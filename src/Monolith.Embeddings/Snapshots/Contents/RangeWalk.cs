using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// Goes through blocks range by range: halves a range until no block lies in one half alone, so that no block is read twice, and further
/// where there is not memory enough.
/// </summary>
/// <param name="mostItems">How many items of a range there is memory for.</param>
/// <param name="counts">Which blocks' items take memory.</param>
/// <param name="tryRange">Does a range; false where it has more items than expected.</param>
internal sealed class RangeWalk(double mostItems, Predicate<FoldedBlock> counts, Func<KeyRange, List<FoldedBlock>, bool> tryRange)
{
    public void Run(KeyRange range, List<FoldedBlock> blocks)
    {
        if (blocks.Count == 0 || (!IsToBeHalved(range, blocks) && tryRange(range, blocks))) return;
        var (lower, upper) = range.Halves;
        Run(lower, blocks.FindAll(b => b.Entry.Range.Overlaps(lower)));
        Run(upper, blocks.FindAll(b => b.Entry.Range.Overlaps(upper)));
    }

    private bool IsToBeHalved(KeyRange range, List<FoldedBlock> blocks)
    {
        if (range.First == range.Last) return false;
        var (lower, upper) = range.Halves;
        return blocks.TrueForAll(b => !b.Entry.Range.Overlaps(lower) || !b.Entry.Range.Overlaps(upper))
            || blocks.FindAll(counts).Sum(b => b.ItemsIn(range)) > mostItems;
    }
}
