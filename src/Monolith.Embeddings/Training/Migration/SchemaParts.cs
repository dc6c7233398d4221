using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Says what becomes of the slots and tasks of a schema.</summary>
internal static class SchemaParts
{
    /// <summary>A line for each slot and task of either schema.</summary>
    public static IEnumerable<MigratedPart> Of(FeatureSchema before, FeatureSchema after, MigrationNames names)
    {
        foreach (var slot in after.Slots)
        {
            var old = before.Slots.FirstOrDefault(other => other.Name == names.Slots.Before(slot.Name));
            yield return old is null ? New(MigratedPartKind.Slot, slot.Name, "slot")
                : Kept(MigratedPartKind.Slot, slot.Name, Differences(old, slot, names));
        }
        foreach (var slot in before.Slots.Where(slot => names.Slots.After(slot.Name) is null))
            yield return Dropped(MigratedPartKind.Slot, slot.Name);
        foreach (var task in after.Tasks)
        {
            var old = before.Tasks.FirstOrDefault(other => other.Name == names.Tasks.Before(task.Name));
            yield return old is null ? New(MigratedPartKind.Task, task.Name, "task")
                : Kept(MigratedPartKind.Task, task.Name, Differences(old, task));
        }
        foreach (var task in before.Tasks.Where(task => names.Tasks.After(task.Name) is null))
            yield return Dropped(MigratedPartKind.Task, task.Name);
    }

    private static List<string> Differences(FeatureSlot was, FeatureSlot now, MigrationNames names)
    {
        var reasons = new List<string>();
        if (was.Name != now.Name) reasons.Add($"it was '{was.Name}'");
        if (names.Tables.Before(now.TableName) != was.TableName) reasons.Add($"its table was '{was.TableName}' and is '{now.TableName}'");
        if (was.Shape != now.Shape) reasons.Add($"it was {was.Shape} and is {now.Shape}");
        return reasons;
    }

    private static List<string> Differences(LabelTask was, LabelTask now)
    {
        var reasons = new List<string>();
        if (was.Name != now.Name) reasons.Add($"it was '{was.Name}'");
        if (was.Correction != now.Correction) reasons.Add($"its correction was {was.Correction} and is {now.Correction}");
        return reasons;
    }

    private static MigratedPart Kept(MigratedPartKind kind, string name, List<string> reasons) => new()
    {
        Kind = kind,
        Name = name,
        Outcome = reasons.Count == 0 ? MigrationOutcome.Kept : MigrationOutcome.KeptInPart,
        Reason = string.Join("; ", reasons),
    };

    private static MigratedPart New(MigratedPartKind kind, string name, string what) =>
        new() { Kind = kind, Name = name, Outcome = MigrationOutcome.New, Reason = $"the old schema has no such {what}" };

    private static MigratedPart Dropped(MigratedPartKind kind, string name) =>
        new() { Kind = kind, Name = name, Outcome = MigrationOutcome.Dropped, Reason = "the new schema does not have it" };
}
