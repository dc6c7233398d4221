using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Streams;

/// <summary>What <see cref="ExampleLog.VerifyAsync"/> found. Immutable.</summary>
public sealed record ExampleLogCheck
{
    /// <summary>What the manifest lists.</summary>
    public required ExampleLogStatus Status { get; init; }

    /// <summary>What is wrong with files, one entry a file that is; empty where all is well.</summary>
    public required IReadOnlyList<SnapshotException> Faults { get; init; }

    /// <summary>
    /// Files that the manifest does not list: of a commit that is under way, or left by a kill and deleted at the trainer's next start.
    /// </summary>
    public required IReadOnlyList<string> UnlistedFiles { get; init; }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{nameof(ExampleLogCheck)}: {Faults.Count} files with faults, {UnlistedFiles.Count} files that are not listed; {Status}");
}
