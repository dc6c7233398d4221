using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>A store in memory that refuses when it is told to.</summary>
internal sealed class FaultyStore : SnapshotStore
{
    private readonly MemorySnapshotStore _inner = new();
    private int _refusals;

    /// <summary>Whether files can be created.</summary>
    public bool IsFull { get; set; }

    /// <summary>What a failure to create a file is.</summary>
    public SnapshotFault Fault { get; set; } = SnapshotFault.Storage;

    /// <summary>What caused a failure to create a file; null where that is not told.</summary>
    public Exception? Cause { get; set; }

    /// <summary>Whether files cannot be created because an answer does not come in time.</summary>
    public bool TimesOut { get; set; }

    /// <summary>Whether the manifest is replaced, but the answer is a failure.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Whether the manifest is not replaced, and the answer is a failure.</summary>
    public bool RefusesManifests { get; set; }

    /// <summary>How often a file was not created, or the manifest not replaced, for that.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>Whether the manifest is replaced, but the answer is that another writer was faster.</summary>
    public bool DeniesReplacements { get; set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        _inner.ListAsync(cancellationToken);

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        _inner.ReadManifestAsync(cancellationToken);

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        TimesOut ? throw new TaskCanceledException("no answer in 100 seconds") : IsFull
            ? throw Refuse(new SnapshotException(Fault, name, "room on the disk", "none.", Cause))
            : _inner.CreateAsync(name, cancellationToken);

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.OpenAsync(name, cancellationToken);

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        _inner.DeleteAsync(name, cancellationToken);

    protected override async ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        if (RefusesManifests) throw Refuse(Failure("manifest"));
        var token = await _inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
        return LosesAnswers ? throw Failure("manifest") : DeniesReplacements ? null : token;
    }

    private SnapshotException Refuse(SnapshotException refusal)
    {
        Interlocked.Increment(ref _refusals);
        return refusal;
    }

    private static SnapshotException Failure(string file) => new(SnapshotFault.Storage, file, "room on the disk", "none.");
}
