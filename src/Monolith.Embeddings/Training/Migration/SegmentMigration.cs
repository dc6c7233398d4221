using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.WarmStarting;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Decides what becomes of a segment of the rows of a table that stays.</summary>
/// <param name="before">The old model.</param>
/// <param name="after">The new model.</param>
/// <param name="names">Which parts of the schemas are the same.</param>
internal sealed class SegmentMigration(OnlineModel before, OnlineModel after, MigrationNames names)
{
    /// <summary>Decides.</summary>
    /// <param name="from">The old table.</param>
    /// <param name="table">The name of the new one.</param>
    /// <param name="wanted">A segment of the new table.</param>
    /// <param name="statesPerWeight">What the optimizer of that says of its state.</param>
    /// <returns>Where it comes from, and the line of the report.</returns>
    public (SegmentOrigin Origin, MigratedPart Part) Of(
        TableDescription from, string table, SegmentDescription wanted, int statesPerWeight)
    {
        var part = new MigratedPart
        {
            Kind = MigratedPartKind.Segment,
            Name = $"{table}/{wanted.Name}",
            Outcome = MigrationOutcome.Kept,
        };
        var source = from.Segments.Select((segment, i) => segment.Name == wanted.Name ? i : -1).Max();
        if (source < 0)
            return (SegmentOrigin.New, part with { Outcome = MigrationOutcome.New, Reason = "the old rows have no such segment" });
        var found = from.Segments[source];
        var reasons = new List<string>();
        var elements = ElementsOf(found, wanted, reasons);
        var state = SegmentFit.DifferenceOfState(found, wanted, comparesLengths: elements is null)
            ?? (elements is null ? null : ProblemOfState(found.Shape, wanted.Shape, statesPerWeight));
        if (state is not null) reasons.Add($"weights are kept and their state begins new, since the state {state}");
        if (found.Shape.Precision != wanted.Shape.Precision)
            reasons.Add($"weights of {found.Shape.Precision} are rounded to {wanted.Shape.Precision}");
        var outcome = reasons.Count == 0 ? MigrationOutcome.Kept : MigrationOutcome.KeptInPart;
        return (new SegmentOrigin(source, state is null) { Elements = elements },
            part with { Outcome = outcome, Reason = string.Join("; ", reasons) });
    }

    // By what the models say that the weights belong to; else by place. Null where all stay at their places.
    private int[]? ElementsOf(SegmentDescription found, SegmentDescription wanted, List<string> reasons)
    {
        var (was, now) = (found.Shape.Dimension, wanted.Shape.Dimension);
        // One weight stays what it is, whether one task has it or several share it.
        if (was == 1 && now == 1) return null;
        var (old, current) = (NamesOf(before, found), NamesOf(after, wanted));
        int[] elements = old is null && current is null
            ? [.. Enumerable.Range(0, now).Select(i => i < was ? i : -1)]
            : [.. Enumerable.Range(0, now).Select(i => PlaceOf(old, current is null ? null : names.RangeBefore(current[i])))];
        if (was == now && elements.Select((from, i) => from == i).All(stays => stays)) return null;
        var kept = elements.Count(from => from >= 0);
        var begun = kept < now ? $", and {now - kept} begin as in a new row" : "";
        var how = current is null ? "" : ", by the tasks that they are of";
        reasons.Add($"{kept} of {now} weights a row come from the {was} old ones{begun}{how}");
        return elements;
    }

    private static string? ProblemOfState(RowSegmentShape was, RowSegmentShape now, int statesPerWeight)
    {
        if (statesPerWeight < 0) return "is of an optimizer that does not say which numbers belong to which weight";
        var (old, current) = (was.StateLength - statesPerWeight * was.Dimension, now.StateLength - statesPerWeight * now.Dimension);
        return old == current ? null : $"has {old} numbers of all weights in the snapshot and {current} in the set";
    }

    private static IReadOnlyList<string>? NamesOf(OnlineModel model, SegmentDescription segment) =>
        model.ElementsOf(segment.Name) is { } names && names.Count == segment.Shape.Dimension ? names : null;

    // What all tasks shared is where each of them begins.
    private static int PlaceOf(IReadOnlyList<string>? old, string? name)
    {
        if (old is null || name is null) return 0;
        for (var i = 0; i < old.Count; i++)
        {
            if (old[i] == name) return i;
        }
        return -1;
    }
}
