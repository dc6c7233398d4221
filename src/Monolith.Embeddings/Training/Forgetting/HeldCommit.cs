using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>
/// A commit of which files hold forgotten ids, or may, until retention drops it: made before they were forgotten, or by saying that they
/// are removed. Immutable.
/// </summary>
public sealed record HeldCommit
{
    /// <summary>Its number.</summary>
    public required ulong Number { get; init; }

    /// <summary>Whether it is a full or a delta.</summary>
    public required SnapshotKind Kind { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The names of its files in the store, segments included.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>
    /// Those of <see cref="Files"/> that hold one of the ids, or may. A delta goes on from earlier commits, whose files count with them.
    /// </summary>
    public IReadOnlyList<HeldFile> Held { get; init; } = [];

    /// <summary>Whether some file was read and has one of the ids.</summary>
    public bool IsCertain => Held.Any(file => file.IsCertain);

    /// <summary>
    /// It stays at least until then (<see cref="SnapshotRetention.Age"/>), unless the chain takes more bytes than may stay.
    /// </summary>
    public required DateTimeOffset StaysUntil { get; init; }

    /// <summary>
    /// It stays until this many more commits were made (<see cref="SnapshotRetention.Commits"/>), unless the chain takes more bytes than
    /// may stay; and until a full follows it, which the trainer or a folding makes.
    /// </summary>
    public required int CommitsToGo { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Kind} {Number} of {Created:u} {(IsCertain ? "holds" : "may hold")} them in {Held.Count} of {Files.Count} files: "
        + $"until {StaysUntil:u} and {CommitsToGo} commits more");
}
