using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Training;

/// <summary>
/// A back-up of which files hold forgotten ids, or may: until <see cref="SnapshotBackup.RetainAsync"/> drops it. Immutable.
/// </summary>
public sealed record HeldBackup
{
    /// <summary>The store, by its place in <see cref="ForgetRequest.Backups"/>.</summary>
    public required int Store { get; init; }

    /// <summary>The back-up's identity, see <see cref="SnapshotBackupEntry.Id"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>How many newer ones its store has: retaining fewer than this and one more drops it.</summary>
    public required int Newer { get; init; }

    /// <summary>The names of its files in the store of back-ups; other back-ups may have the same ones.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Those of them that hold one of the ids, or may.</summary>
    public IReadOnlyList<HeldFile> Held { get; init; } = [];

    /// <summary>Whether some file was read and has one of the ids.</summary>
    public bool IsCertain => Held.Any(file => file.IsCertain);

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"back-up {Id:n} of {Created:u} {(IsCertain ? "holds" : "may hold")} them in {Held.Count} of {Files.Count} files; "
        + $"{Newer} are newer");
}
