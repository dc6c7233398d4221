using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots.Backup;

/// <summary>A store in memory that remembers which files were created, and before whose next deletion something happens.</summary>
internal sealed class CountingStore : SnapshotStore
{
    private readonly MemorySnapshotStore _inner = new();

    public List<string> Created { get; } = [];

    public Func<Task>? BeforeDelete { get; set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        _inner.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        _inner.ReadManifestAsync(cancellationToken);

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
    {
        Created.Add(name);
        return _inner.CreateAsync(name, cancellationToken);
    }

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.OpenAsync(name, cancellationToken);

    protected override async ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken)
    {
        if (BeforeDelete is { } happens)
        {
            BeforeDelete = null;
            await happens();
        }
        return await _inner.DeleteAsync(name, cancellationToken);
    }

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken) =>
        _inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
}
