using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Memory;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>Another store, read through faults that can be set.</summary>
internal sealed class FaultyStore(SnapshotStore store) : SnapshotStore
{
    public const string Damage = "damage", Absence = "absence", NoManifest = "no manifest", Timeout = "timeout", Disposal = "disposal";

    /// <summary>What happens to every file.</summary>
    public string Fault { get; set; } = "";

    /// <summary>A file whose bytes were changed.</summary>
    public string DamagedName { get; set; } = "";

    /// <summary>The manifest that is read in place of the store's.</summary>
    public StoredManifest? Manifest { get; set; }

    public Action<string>? BeforeOpening { get; set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        store.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) => Fault switch
    {
        NoManifest => throw new SnapshotException(SnapshotFault.Storage, "manifest.json", "a manifest", "a failure of the medium."),
        Timeout => throw new TaskCanceledException("The client's own patience is over."),
        Disposal => throw new ObjectDisposedException("client"),
        _ => Manifest is not null ? new(Manifest) : store.ReadManifestAsync(cancellationToken),
    };

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        store.CreateAsync(name, cancellationToken);

    protected override async ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        BeforeOpening?.Invoke(name);
        if (Fault == Absence) throw new SnapshotException(SnapshotFault.Missing, name, "a file", "no such file.");
        using var file = await store.OpenAsync(name, cancellationToken);
        var bytes = new byte[file.Length];
        for (var at = 0; at < bytes.Length;) at += file.Read(at, bytes.AsSpan(at));
        if (Fault == Damage || name == DamagedName) bytes[bytes.Length / 2] ^= 1;
        return new MemorySnapshotFile(name, bytes);
    }

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        store.DeleteAsync(name, cancellationToken);

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken) =>
        store.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
}
