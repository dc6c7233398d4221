using System.Globalization;
using System.Text;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>What a <see cref="SchemaMigration"/> kept, began and dropped. Immutable; thread-safe.</summary>
public sealed record SchemaMigrationReport
{
    private readonly ValueList<MigratedPart> _parts = ValueList<MigratedPart>.Empty;

    /// <summary>The commit that was migrated.</summary>
    public required SnapshotCommit Source { get; init; }

    /// <summary>The first commit of the new store; null for a dry run.</summary>
    public SnapshotCommit? Result { get; init; }

    /// <summary>Part by part: tables first, then slots and tasks, the dense model, and what else there is.</summary>
    public required IReadOnlyList<MigratedPart> Parts
    {
        get => _parts;
        init => _parts = new ValueList<MigratedPart>(value);
    }

    /// <summary>How predictions changed; null where no examples were given.</summary>
    public MigrationProbe? Probe { get; init; }

    /// <summary>Whether nothing was written.</summary>
    public bool IsDryRun => Result is null;

    /// <summary>The report to read, a line for each part.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"{(IsDryRun ? "Dry run, nothing was written" : "Migrated")}: commit {Source.Number} of ");
        text.AppendLine(culture, $"{Source.Created.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {Source.Training.Name}");
        if (Result is { } result)
            text.AppendLine(culture, $"New commit {result.Number}: {result.Rows:N0} rows, {result.Training.Length:N0} bytes for training");
        foreach (var part in Parts)
        {
            text.Append(culture, $"{OutcomeOf(part.Outcome),-12} {KindOf(part.Kind),-16} {part.Name}");
            if (part.Rows is { } rows) text.Append(culture, $"  {rows:N0} {UnitOf(part.Kind)}");
            if (part.Bytes is { } bytes) text.Append(culture, $", {bytes:N0} bytes");
            if (part.Reason.Length > 0) text.Append(culture, $"  ({part.Reason})");
            text.AppendLine();
        }
        text.AppendLine(Probe is { } probe
            ? string.Create(culture,
                $"{probe.Unchanged:N0} of {probe.Predictions:N0} predictions for {probe.Examples:N0} examples are the same to the bit; "
                + $"largest change {probe.LargestChange:G4}{OfTask(probe)}, mean {probe.MeanChange:G4}")
            : "No examples were given: how predictions change is not known");
        return text.ToString();
    }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SchemaMigrationReport), PrintMembers);

    private static string OfTask(MigrationProbe probe) => probe.LargestChangeTask is { } task ? $" of task '{task}'" : "";

    private static string OutcomeOf(MigrationOutcome outcome) => outcome switch
    {
        MigrationOutcome.Kept => "kept",
        MigrationOutcome.KeptInPart => "kept in part",
        MigrationOutcome.New => "new",
        _ => "dropped",
    };

    private static string KindOf(MigratedPartKind kind) => kind switch
    {
        MigratedPartKind.AdmissionFilter => "admission filter",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string UnitOf(MigratedPartKind kind) => kind switch
    {
        MigratedPartKind.AdmissionFilter => "ids",
        MigratedPartKind.Dense => "numbers",
        _ => "rows",
    };
}
