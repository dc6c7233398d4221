using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>
/// What <see cref="OnlineTrainer.ForgetAsync"/> has done, and where the ids still are. Dense weights have learned from their examples too,
/// and are not unlearned. Immutable.
/// </summary>
public sealed record ForgetReport
{
    /// <summary>How many ids were named.</summary>
    public required int Ids { get; init; }

    /// <summary>How many of them had a row.</summary>
    public required int RowsRemoved { get; init; }

    /// <summary>
    /// How many examples were removed from an example log to which the source is logged (<see cref="Streams.ExampleLogging"/>). Their event
    /// times stay, so that the others keep their numbers.
    /// </summary>
    public required long LoggedExamplesRemoved { get; init; }

    /// <summary>The commit that says that the rows are removed; null without a store.</summary>
    public SnapshotCommit? Commit { get; init; }

    /// <summary>
    /// The commits of the store that may hold the ids, oldest first: all that were made before, and <see cref="Commit"/>, a delta that
    /// names what it removes. Empty without a store.
    /// </summary>
    public IReadOnlyList<HeldCommit> Commits { get; init; } = [];

    /// <summary>The back-ups that may hold them, of the stores in <see cref="ForgetRequest.Backups"/>.</summary>
    public IReadOnlyList<HeldBackup> Backups { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Ids} ids forgotten, {RowsRemoved} rows removed; {Commits.Count} commits and {Backups.Count} back-ups may hold them");
}
