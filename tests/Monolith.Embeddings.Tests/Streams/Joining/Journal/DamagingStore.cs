using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Streams.Joining.Journal;

/// <summary>A store in memory, one of whose files can be read otherwise than it was written.</summary>
internal sealed class DamagingStore : SnapshotStore
{
    private readonly MemorySnapshotStore _inner = new();
    private string _damaged = "";
    private long _at;
    private bool _isCut;

    /// <summary>Flips a bit of a file, or cuts it short there.</summary>
    public void Damage(string name, long at, bool isCut) => (_damaged, _at, _isCut) = (name, at, isCut);

    public void Heal() => _damaged = "";

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        _inner.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        _inner.ReadManifestAsync(cancellationToken);

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.CreateAsync(name, cancellationToken);

    protected override async ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        var file = await _inner.OpenAsync(name, cancellationToken);
        return name == _damaged ? new DamagedFile(file, _at, _isCut) : file;
    }

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken) =>
        _inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.DeleteAsync(name, cancellationToken);

    private sealed class DamagedFile(SnapshotFile file, long at, bool isCut) : SnapshotFile(file.Name)
    {
        public override long Length => isCut ? at : file.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            if (isCut) buffer = buffer[..(int)Math.Clamp(at - offset, 0, buffer.Length)];
            var count = file.Read(offset, buffer);
            if (!isCut && at >= offset && at < offset + count) buffer[(int)(at - offset)] ^= 4;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            file.Dispose();
            base.Dispose(disposing);
        }
    }
}
