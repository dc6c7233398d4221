using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Snapshots.WarmStarting;

/// <summary>Decides where each segment of a table comes from in a snapshot's table.</summary>
/// <param name="from">The snapshot's table.</param>
/// <param name="to">The set's table.</param>
/// <param name="withState">Whether optimizer state is wanted.</param>
/// <param name="isTableDropped">Whether nothing is wanted, and so nothing differs.</param>
/// <param name="drop">What else is not wanted; is told of what differs.</param>
internal sealed class SegmentFit(TableDescription from, TableDescription to, bool withState, bool isTableDropped, DroppedParts drop)
{
    /// <summary>The origin of each segment of the set's table.</summary>
    public SegmentOrigin[] Origins()
    {
        foreach (var segment in from.Segments.Where(s => to.Segments.All(other => other.Name != s.Name)))
            drop.Refuse(Know(PartOf(segment)), PartOf(segment), $"segment '{PartOf(segment)}' of the snapshot is none of the set");
        return [.. to.Segments.Select(OriginOf)];
    }

    private SegmentOrigin OriginOf(SegmentDescription wanted)
    {
        var part = PartOf(wanted);
        var source = from.Segments.Select((s, i) => s.Name == wanted.Name ? i : -1).Max();
        var isDropped = Know(part);
        var (isStateDropped, isRounded) = (Know($"{part}/state") || isDropped, Know($"{part}/precision") || isDropped);
        if (source < 0)
        {
            drop.Refuse(isDropped, part, $"segment '{part}' of the set is none of the snapshot");
            return SegmentOrigin.New;
        }
        var found = from.Segments[source];
        if (found.Shape.Dimension != wanted.Shape.Dimension)
        {
            drop.Refuse(isDropped, part,
                $"segment '{part}' has {found.Shape.Dimension} weights in the snapshot and {wanted.Shape.Dimension} in the set");
            return SegmentOrigin.New;
        }
        if (found.Shape.Precision != wanted.Shape.Precision)
            drop.Refuse(isRounded, $"{part}/precision",
                $"the weights of '{part}' are {found.Shape.Precision} in the snapshot and {wanted.Shape.Precision} in the set");
        if (withState && DifferenceOfState(found, wanted) is { } difference)
            drop.Refuse(isStateDropped, $"{part}/state", $"the optimizer state of '{part}' {difference}");
        return isDropped ? SegmentOrigin.New : new SegmentOrigin(source, withState && !isStateDropped);
    }

    /// <summary>
    /// Why a segment cannot have the state of another; null where it can. A state that goes with rounded weights is not theirs.
    /// </summary>
    /// <param name="found">The segment that has the state.</param>
    /// <param name="wanted">The one that is to have it.</param>
    /// <param name="comparesLengths">Whether both must have as many numbers of state; else each takes its own.</param>
    public static string? DifferenceOfState(SegmentDescription found, SegmentDescription wanted, bool comparesLengths = true)
    {
        if (found.Optimizer != wanted.Optimizer) return $"is of '{found.Optimizer}' in the snapshot and of '{wanted.Optimizer}' in the set";
        var (source, target) = (found.Shape, wanted.Shape);
        if (comparesLengths && (source.StateLength, source.ExactStateLength) != (target.StateLength, target.ExactStateLength))
            return $"has {source.StateLength} numbers in the snapshot and {target.StateLength} in the set, {source.ExactStateLength} and "
                + $"{target.ExactStateLength} of them exact";
        if (source.StatePrecision != target.StatePrecision)
            return $"is {source.StatePrecision} in the snapshot and {target.StatePrecision} in the set";
        return source.Precision != target.Precision ? "goes with weights of another precision" : null;
    }

    private bool Know(string part) => drop.Know(part) || isTableDropped;

    private string PartOf(SegmentDescription segment) => $"{to.Name}/{segment.Name}";
}
