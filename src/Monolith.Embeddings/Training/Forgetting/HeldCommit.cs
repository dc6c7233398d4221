using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>
/// A commit of a store that was made before ids were forgotten, or that says that they are removed: its files may hold them until retention
/// drops it. Immutable.
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
        $"{Kind} {Number} of {Created:u}, {Files.Count} files: until {StaysUntil:u} and {CommitsToGo} commits more");
}
