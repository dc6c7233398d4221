using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// What a trainer keeps, beside its commits, of the rows that its tables lost: of each the id, when and why. So
/// <see cref="OnlineTrainer.ExplainAsync"/>, <see cref="Serving.ModelReplica.ExplainAsync"/> and
/// <see cref="Snapshots.SnapshotInspector.ExplainAsync"/> say why an id has no row long after the tables have forgotten it
/// (<see cref="Tables.EmbeddingTableOptions.RemovalHistory"/>), also behind a restart.
/// </summary>
public sealed class RemovalAuditOptions : IValidatedOptions
{
    /// <summary>The largest <see cref="MaxEntries"/>: 16,777,216.</summary>
    public const int MostEntries = Snapshots.Audit.RemovalSegments.MostEntries;

    /// <summary>Into how many segments the removals are cut, about.</summary>
    internal const int SavedShare = 16;

    /// <summary>
    /// How many removals are kept, of all tables together: 16 to <see cref="MostEntries"/>. Default 100,000. Each takes 40 bytes of the
    /// store, and 48 of memory until the next commit. The oldest go first, a sixteenth of the whole at a time.
    /// </summary>
    public int MaxEntries { get; set; } = 100_000;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(MaxEntries), MaxEntries, SavedShare, MostEntries);
    }

    internal RemovalAuditOptions Copy() => (RemovalAuditOptions)MemberwiseClone();
}
