// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;

/// <summary>
/// What object stores offer: objects written whole, on a condition, and each with a tag that names its version. Failures of the network are
/// SnapshotExceptions.
/// </summary>
public interface IBucket
{
    /// <summary>
    /// Writes an object if its tag is the one given, or, where that is null, if there is none (If-Match, If-None-Match). Returns the new
    /// tag; null where the condition failed.
    /// </summary>
    Task<string?> PutAsync(string key, ReadOnlyMemory<byte> bytes, string? tag, CancellationToken cancellationToken);

    Task<(byte[] Bytes, string Tag)?> GetAsync(string key, CancellationToken cancellationToken);

    Task<bool> DeleteAsync(string key, CancellationToken cancellationToken);

    Task<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Reads a part of an object; -1 where there is no object.</summary>
    int Read(string key, long offset, Span<byte> buffer);
}

public sealed class BucketSnapshotStore(IBucket bucket) : SnapshotStore
{
    // No file may be called so.
    private const string Manifest = "manifest.json";

    public override async ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        var objects = await bucket.ListAsync(cancellationToken);
        return [.. objects.Where(o => o.Name != Manifest).OrderBy(o => o.Name, StringComparer.Ordinal)];
    }

    public override async ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        await bucket.GetAsync(Manifest, cancellationToken) is { } found ? new StoredManifest(found.Bytes, found.Tag) : null;

    protected override async ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        // What has begun is not interrupted: a request that is given up may still take effect.
        cancellationToken.ThrowIfCancellationRequested();
        return await bucket.PutAsync(Manifest, bytes, expectedToken, CancellationToken.None);
    }

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(new Upload(bucket, name));
    }

    protected override async ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        var objects = await bucket.ListAsync(cancellationToken);
        var found = objects.Where(o => o.Name == name).Select(o => (long?)o.Length).SingleOrDefault();
        return new Download(bucket, name, found ?? throw Missing(name));
    }

    protected override async ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        await bucket.DeleteAsync(name, cancellationToken);

    private static SnapshotException Missing(string name) => new(SnapshotFault.Missing, name, "an object", "none.");

    // One that keeps large tables would send parts as they come, and end the upload at the commit: objects of many parts take the condition
    // there.
    private sealed class Upload(IBucket bucket, string name) : SnapshotFileStream(name)
    {
        private readonly MemoryStream _bytes = new();

        protected override void WriteCore(ReadOnlySpan<byte> buffer) => _bytes.Write(buffer);

        protected override async ValueTask CommitCoreAsync(CancellationToken cancellationToken)
        {
            if (await bucket.PutAsync(Name, _bytes.ToArray(), tag: null, CancellationToken.None) is null)
                throw new SnapshotException(SnapshotFault.Refused, Name, "a name that was never used", "an object of this name.");
        }

        protected override void CloseCore(bool committed) => _bytes.Dispose();
    }

    private sealed class Download(IBucket bucket, string name, long length) : SnapshotFile(name)
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> buffer) =>
            bucket.Read(Name, offset, buffer) is >= 0 and var count ? count : throw Missing(Name);
    }
}
// </page>
