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

    /// <summary>
    /// How many impressions were removed from a joiner (<see cref="Streams.OnlineJoiner{TKey, TImpression, TAction}"/>): of those that were
    /// open, or remembered after their close, and had one of the ids. Their actions go with them.
    /// </summary>
    public required long ImpressionsRemoved { get; init; }

    /// <summary>
    /// How many items, users, and items that users had seen were removed from a negative sampler
    /// (<see cref="Streams.NegativeSampler"/>).
    /// </summary>
    public required long SampledEntriesRemoved { get; init; }

    /// <summary>The commit that says that the rows are removed; null without a store.</summary>
    public SnapshotCommit? Commit { get; init; }

    /// <summary>
    /// The commits of the store of which files hold the ids, oldest first: those that were made before, and <see cref="Commit"/>, a delta
    /// that names what it removes. The files were read; where one could not be, the commit may hold them, and
    /// <see cref="HeldFile.Reason"/> says why that is not known. Empty without a store.
    /// </summary>
    public IReadOnlyList<HeldCommit> Commits { get; init; } = [];

    /// <summary>The back-ups of which files hold them, or may, of the stores in <see cref="ForgetRequest.Backups"/>.</summary>
    public IReadOnlyList<HeldBackup> Backups { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Ids} ids forgotten, {RowsRemoved} rows removed; {Commits.Count} commits and {Backups.Count} back-ups hold them or may");
}
