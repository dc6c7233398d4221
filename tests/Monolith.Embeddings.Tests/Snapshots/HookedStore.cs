using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A store before and behind whose replacement of the manifest something happens.</summary>
internal sealed class HookedStore(SnapshotStore inner) : SnapshotStore
{
    public Func<Task>? BeforeReplace { get; set; }

    public Func<Task>? AfterReplace { get; set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        inner.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        inner.ReadManifestAsync(cancellationToken);

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        inner.CreateAsync(name, cancellationToken);

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        inner.OpenAsync(name, cancellationToken);

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        inner.DeleteAsync(name, cancellationToken);

    protected override async ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        if (BeforeReplace is not null) await BeforeReplace();
        var token = await inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
        if (AfterReplace is not null) await AfterReplace();
        return token;
    }
}
