using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Training.Evaluation;
using Monolith.Embeddings.Training.Slices;
using Monolith.Embeddings.Training.Stale;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>
/// Takes over what a trainer saved beside tables and model: position, counts, schedules and totals. Where the tasks are the same, the bytes
/// stay as they are.
/// </summary>
/// <param name="before">The old schema.</param>
/// <param name="after">The new schema.</param>
/// <param name="names">Which parts of the schemas are the same.</param>
/// <param name="report">Receives a line for each section.</param>
internal sealed class TrainerMigration(FeatureSchema before, FeatureSchema after, MigrationNames names, List<MigratedPart> report)
{
    // A task that has another name now stands where it stood.
    private bool AreTasksSame => before.Tasks.Count == after.Tasks.Count
        && before.Tasks.Zip(after.Tasks).All(pair => names.Tasks.Before(pair.Second.Name) == pair.First.Name);

    /// <summary>Makes the sections for the new schema, without the model and the source.</summary>
    /// <param name="sections">What the commit holds.</param>
    /// <exception cref="InvalidDataException">The bytes of a section are not what they should be.</exception>
    public Dictionary<string, ReadOnlyMemory<byte>> Run(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        var taken = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, bytes) in sections.OrderBy(section => section.Key, StringComparer.Ordinal))
        {
            if (name == SnapshotChain.ModelSection || SavedSource.IsOfSource(name)) continue;
            if (Taken(name, bytes) is { } kept) taken.Add(NameOf(name)!, kept);
        }
        return taken;
    }

    // Sliced metrics are found by the place of their slot.
    private string? NameOf(string name) => !SlicedMetrics.IsSection(name) ? name : SlicedMetrics.Moved(name, place =>
        (uint)place < (uint)before.Slots.Count && names.Slots.After(before.Slots[place].Name) is { } slot
            ? after.Slots.First(other => other.Name == slot).Index
            : -1);

    private ReadOnlyMemory<byte>? Taken(string name, ReadOnlyMemory<byte> bytes)
    {
        if (name == EarlyStopState.Section)
            return Dropped(name, "the evaluations were of another model, and their commits are in the old store");
        if (name == StaleLookups.Section && !before.Matches(after))
            return Dropped(name, "they are of rows of the old schema; the first batch reads the rows as they are");
        if (NameOf(name) is null) return Dropped(name, "its slot is gone");
        if (AreTasksSame) return Kept(name, bytes, "");
        if (name == TrainerState.Section) return OfTrainer(name, bytes);
        if (name == TrainerSections.Uncorrected) return OfUncorrected(name, bytes);
        if (name == PublicationGate.Section) return OfGate(name, bytes);
        if (name is TrainerSections.Ranking || SlicedMetrics.IsSection(name))
            return Dropped(name, "it is counted by the tasks, which have changed");
        return Kept(name, bytes, "");
    }

    private byte[] OfTrainer(string name, ReadOnlyMemory<byte> bytes)
    {
        var metrics = new ProgressiveMetrics(before);
        var state = TrainerState.Load(bytes, metrics);
        Kept(name, bytes, "");
        return state.Save(For(metrics));
    }

    private byte[] OfUncorrected(string name, ReadOnlyMemory<byte> bytes)
    {
        var metrics = new ProgressiveMetrics(before);
        try
        {
            var fields = new FieldReader(bytes.Span);
            metrics.Load(ref fields);
        }
        catch (FormatException cause)
        {
            throw new InvalidDataException($"The metrics of the model alone cannot be read. {cause.Message}", cause);
        }
        var written = new FieldWriter();
        For(metrics).Save(written);
        Kept(name, bytes, "");
        return written.Written.ToArray();
    }

    private byte[] OfGate(string name, ReadOnlyMemory<byte> bytes)
    {
        var kept = PublicationGate.WithoutTasks(bytes, before);
        Report(name, MigrationOutcome.KeptInPart,
            "what a person said stays; windows and scores are counted by the tasks, which have changed", kept.Length);
        return kept;
    }

    private ProgressiveMetrics For(ProgressiveMetrics metrics)
    {
        var totals = new ProgressiveMetrics(after);
        foreach (var task in after.Tasks)
        {
            var old = before.Tasks.FirstOrDefault(other => other.Name == names.Tasks.Before(task.Name));
            if (old is not null) totals.TakeTotal(metrics, old.Index, task.Index);
        }
        return totals;
    }

    private ReadOnlyMemory<byte> Kept(string name, ReadOnlyMemory<byte> bytes, string reason)
    {
        Report(name, MigrationOutcome.Kept, reason, bytes.Length);
        return bytes;
    }

    private ReadOnlyMemory<byte>? Dropped(string name, string reason)
    {
        Report(name, MigrationOutcome.Dropped, reason, null);
        return null;
    }

    private void Report(string name, MigrationOutcome outcome, string reason, long? bytes) =>
        report.Add(new() { Kind = MigratedPartKind.Section, Name = name, Outcome = outcome, Reason = reason, Bytes = bytes });
}
