using System.Globalization;

namespace Monolith.Embeddings.Snapshots;

/// <summary>A commit as it was found. Immutable; thread-safe.</summary>
public sealed record InspectedCommit
{
    /// <summary>What the manifest says of it.</summary>
    public required SnapshotCommit Commit { get; init; }

    /// <summary>The file that training resumes from.</summary>
    public required InspectedFile Training { get; init; }

    /// <summary>The file that replicas read; null where it has none.</summary>
    public required InspectedFile? Serving { get; init; }

    /// <summary>The files of its parts, those for training first.</summary>
    public IReadOnlyList<InspectedFile> Parts { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{nameof(InspectedCommit)}: commit {Commit.Number}, {Commit.Kind}, {Files.Count()} files, "
        + $"{Files.Count(file => file.Problem is not null)} with a problem");

    private IEnumerable<InspectedFile> Files => Serving is null ? [Training, .. Parts] : [Training, Serving, .. Parts];
}
