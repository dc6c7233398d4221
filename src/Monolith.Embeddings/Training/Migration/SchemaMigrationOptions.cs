using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>How a <see cref="SchemaMigration"/> finds what belongs together, and how it reads and writes.</summary>
public sealed class SchemaMigrationOptions : IValidatedOptions
{
    /// <summary>The most examples of a probe: 10,000,000.</summary>
    public const int MaxProbeExamples = 10_000_000;

    /// <summary>Tables that have another name now: the new name, and the old one. Default: none; a table is the one of its name.</summary>
    public IDictionary<string, string> Tables { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Slots that have another name now: the new name, and the old one. Default: none.</summary>
    public IDictionary<string, string> Slots { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Tasks that have another name now: the new name, and the old one. Default: none.</summary>
    public IDictionary<string, string> Tasks { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// How many examples are predicted before and after, the last ones of those that are given: 1 to <see cref="MaxProbeExamples"/>.
    /// Default 10,000.
    /// </summary>
    public int ProbeExamples { get; set; } = 10_000;

    /// <summary>How many threads read: 1 to <see cref="SnapshotChainOptions.MaxThreads"/>. Default: one for each processor.</summary>
    public int Threads { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, SnapshotChainOptions.MaxThreads);

    /// <summary>How the new commit is written. Give what the trainer has (<see cref="OnlineTrainerOptions.Snapshots"/>).</summary>
    public SnapshotChainOptions Snapshots { get; set; } = new();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(ProbeExamples), ProbeExamples, 1, MaxProbeExamples);
        errors.InRange(nameof(Threads), Threads, 1, SnapshotChainOptions.MaxThreads);
        errors.Nested(nameof(Snapshots), Snapshots);
        CollectErrors(errors, nameof(Tables), Tables);
        CollectErrors(errors, nameof(Slots), Slots);
        CollectErrors(errors, nameof(Tasks), Tasks);
    }

    internal SchemaMigrationOptions Copy()
    {
        var copy = (SchemaMigrationOptions)MemberwiseClone();
        (copy.Tables, copy.Slots, copy.Tasks) = (new Dictionary<string, string>(Tables, StringComparer.Ordinal),
            new Dictionary<string, string>(Slots, StringComparer.Ordinal), new Dictionary<string, string>(Tasks, StringComparer.Ordinal));
        copy.Snapshots = Snapshots.Copy();
        return copy;
    }

    private static void CollectErrors(OptionErrors errors, string option, IDictionary<string, string>? names)
    {
        errors.Require(names is not null, option, "is null; leave it empty where no name has changed.");
        foreach (var group in (names ?? new Dictionary<string, string>()).GroupBy(pair => pair.Value, pair => pair.Key))
        {
            errors.Require(group.Key is not null && group.Count() == 1, option,
                $"'{group.Key}' is the old name of {string.Join(" and ", group.Select(name => $"'{name}'"))}; it is that of one.");
        }
    }
}
