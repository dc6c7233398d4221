using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Memory;

namespace Monolith.Embeddings.Tests.Snapshots.Saving;

/// <summary>A store in memory whose medium gives back other bytes than were written, when it is told to.</summary>
internal sealed class TamperingStore : SnapshotStore
{
    private readonly MemorySnapshotStore _inner = new();

    /// <summary>Changes the bytes of a file that is opened; null for none.</summary>
    public Action<string, byte[]>? Tamper { get; set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        _inner.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        _inner.ReadManifestAsync(cancellationToken);

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.CreateAsync(name, cancellationToken);

    protected override async ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        var file = await _inner.OpenAsync(name, cancellationToken);
        if (Tamper is null) return file;
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        file.Dispose();
        Tamper(name, bytes);
        return new MemorySnapshotFile(name, bytes);
    }

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.DeleteAsync(name, cancellationToken);

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken) =>
        _inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
}
