using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A store whose contents are replaced by a copy, as an operator does who sets it back.</summary>
internal sealed class SwitchedStore(SnapshotStore first) : SnapshotStore
{
    public SnapshotStore Inner { get; set; } = first;

    /// <summary>Happens before the manifest is replaced.</summary>
    public Func<Task>? BeforeReplace { get; set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        Inner.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        Inner.ReadManifestAsync(cancellationToken);

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        Inner.CreateAsync(name, cancellationToken);

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        Inner.OpenAsync(name, cancellationToken);

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        Inner.DeleteAsync(name, cancellationToken);

    protected override async ValueTask<string?> TryReplaceManifestCoreAsync(ReadOnlyMemory<byte> bytes, string? expectedToken,
        CancellationToken cancellationToken)
    {
        if (BeforeReplace is { } happens)
        {
            BeforeReplace = null;
            await happens();
        }
        return await Inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
    }
}
