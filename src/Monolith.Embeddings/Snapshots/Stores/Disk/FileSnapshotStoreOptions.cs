using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>Options of a <see cref="FileSnapshotStore"/>.</summary>
public sealed class FileSnapshotStoreOptions : IValidatedOptions
{
    /// <summary>
    /// How long the replacement of a manifest waits for another process that is replacing it: zero to one hour. Default 30 seconds. A
    /// replacement takes two flushes of the disk.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest manifest that is read, in bytes: 4,096 to 2^30. Default 64 MiB, some 100,000 commits.</summary>
    public int MaxManifestBytes { get; set; } = 64 << 20;

    /// <summary>Where the store logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.</summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Require(LockTimeout >= TimeSpan.Zero && LockTimeout <= TimeSpan.FromHours(1), nameof(LockTimeout),
            $"{LockTimeout} is not between zero and one hour.");
        errors.InRange(nameof(MaxManifestBytes), MaxManifestBytes, 4096, 1 << 30);
    }
}
