using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>
/// A folder as a store, in whose writing the process may be killed: before, within and after a file, and around a manifest.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="killer">Kills.</param>
/// <param name="kindOf">What the writing of a file is; of a manifest where the name is null.</param>
public sealed class KillingStore(string folder, PipelineKiller killer, Func<string?, PipelineKill> kindOf) : SnapshotStore
{
    private readonly FileSnapshotStore _inner = new(folder);

    /// <inheritdoc />
    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        _inner.ListAsync(cancellationToken);

    /// <inheritdoc />
    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        _inner.ReadManifestAsync(cancellationToken);

    /// <inheritdoc />
    protected override async ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
    {
        var kind = kindOf(name);
        killer.At(kind);
        return new KillingFile(await _inner.CreateAsync(name, cancellationToken).ConfigureAwait(false), killer, kind);
    }

    /// <inheritdoc />
    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.OpenAsync(name, cancellationToken);

    /// <inheritdoc />
    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.DeleteAsync(name, cancellationToken);

    /// <inheritdoc />
    protected override async ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        killer.At(kindOf(null));
        var token = await _inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken).ConfigureAwait(false);
        killer.At(kindOf(null));
        return token;
    }
}
