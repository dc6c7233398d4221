using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>A store at whose calls the process is killed, or the medium fails: before a call has an effect, or after it.</summary>
internal sealed class KillableStore(SnapshotStore inner) : SnapshotStore
{
    private int _calls;

    /// <summary>How many calls there were, each with a place before and one after.</summary>
    public int Places => 2 * _calls;

    /// <summary>The place at which it happens; -1 for nowhere.</summary>
    public int At { get; set; } = -1;

    /// <summary>Whether the medium fails there, and works afterwards; else the process is killed.</summary>
    public bool FailsOnly { get; set; }

    /// <summary>Whether it happened.</summary>
    public bool IsMet { get; private set; }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
        MeetAsync(() => inner.ListAsync(cancellationToken));

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
        MeetAsync(() => inner.ReadManifestAsync(cancellationToken));

    protected override async ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken) =>
        new KillableStream(this, await MeetAsync(() => inner.CreateAsync(name, cancellationToken)));

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
        MeetAsync(() => inner.OpenAsync(name, cancellationToken));

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
        MeetAsync(() => inner.DeleteAsync(name, cancellationToken));

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken) =>
        MeetAsync(() => inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken));

    private async ValueTask<T> MeetAsync<T>(Func<ValueTask<T>> call)
    {
        var place = 2 * _calls++;
        Meet(place);
        var answer = await call();
        Meet(place + 1);
        return answer;
    }

    // What was killed does nothing any more.
    private void Meet(int place)
    {
        if (place != At && !(IsMet && !FailsOnly)) return;
        IsMet = true;
        if (FailsOnly) throw new SnapshotException(SnapshotFault.Storage, "file", "an answer", "none.");
        throw new KilledException();
    }

    private sealed class KillableStream(KillableStore store, SnapshotFileStream inner) : SnapshotFileStream(inner.Name)
    {
        protected override void WriteCore(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        protected override async ValueTask CommitCoreAsync(CancellationToken cancellationToken) => await store.MeetAsync(async () =>
        {
            await inner.CommitAsync(cancellationToken);
            return true;
        });

        protected override void CloseCore(bool committed) => inner.Dispose();
    }
}
