using System.Globalization;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>A store in memory with one flaw.</summary>
internal sealed class FlawedStore(StoreFlaw flaw) : SnapshotStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private StoredManifest? _manifest;
    private string? _tokenBefore;
    private int _versions;

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        if (flaw == StoreFlaw.ListsTheManifest) return new([new StoredFile { Name = "index", Length = 0 }]);
        lock (_lock) return new([.. _files.Select(f => new StoredFile { Name = f.Key, Length = f.Value.Length })]);
    }

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock) return new(_manifest);
    }

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
    {
        if (flaw != StoreFlaw.IgnoresCancellation) cancellationToken.ThrowIfCancellationRequested();
        if (flaw == StoreFlaw.TakesShortNamesOnly && name.Length > 100)
            throw new SnapshotException(SnapshotFault.Storage, name, "a short name", "a long one.");
        lock (_lock)
        {
            if (_files.ContainsKey(name) && flaw != StoreFlaw.Overwrites) throw Taken(name);
            if (flaw == StoreFlaw.ShowsWhatIsBeingWritten) _files[name] = [];
        }
        return new(new Writing(this, name));
    }

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(name, out var bytes)) return new(new Reading(name, bytes, flaw));
        }
        throw new SnapshotException(SnapshotFault.Missing, name, "a file", "none.");
    }

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (flaw == StoreFlaw.ErasesWhatIsRead && _files.TryGetValue(name, out var bytes)) bytes.AsSpan().Clear();
            return new(_files.Remove(name) || flaw == StoreFlaw.DeletesWhatIsNotThere);
        }
    }

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        if (flaw != StoreFlaw.IgnoresCancellation) cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var isExpected = _manifest?.Token == expectedToken || (flaw == StoreFlaw.TakesTheTokenBefore && _tokenBefore == expectedToken);
            if (!isExpected && flaw != StoreFlaw.SwapsAlways) return new((string?)null);
            if (flaw == StoreFlaw.ForgetsSomeReplacements && ++_versions % 5 == 0) return new("forgotten");
            _tokenBefore = _manifest?.Token;
            _manifest = new StoredManifest(bytes.ToArray(), (++_versions).ToString(CultureInfo.InvariantCulture));
            return new(_manifest.Token);
        }
    }

    private static SnapshotException Taken(string name) => new(SnapshotFault.Refused, name, "a new name", "one that was used.");

    private void Commit(string name, byte[] bytes)
    {
        lock (_lock)
        {
            if (flaw == StoreFlaw.DropsEmptyFiles && bytes.Length == 0) return;
            var overwrites = flaw is StoreFlaw.Overwrites or StoreFlaw.LooksAtNamesOnce or StoreFlaw.ShowsWhatIsBeingWritten;
            if (_files.ContainsKey(name) && !overwrites) throw Taken(name);
            _files[name] = bytes;
        }
    }

    private sealed class Writing(FlawedStore store, string name) : SnapshotFileStream(name)
    {
        private readonly MemoryStream _bytes = new();

        protected override void WriteCore(ReadOnlySpan<byte> buffer) => _bytes.Write(buffer);

        protected override ValueTask CommitCoreAsync(CancellationToken cancellationToken)
        {
            store.Commit(Name, _bytes.ToArray());
            return default;
        }

        protected override void CloseCore(bool committed)
        {
            if (store.Flaw == StoreFlaw.CommitsWhenDisposed && !committed) store.Commit(Name, _bytes.ToArray());
            if (store.Flaw == StoreFlaw.RemovesWhenDisposed) store._files.Remove(Name);
        }
    }

    private StoreFlaw Flaw => flaw;

    private sealed class Reading(string name, byte[] bytes, StoreFlaw flaw) : SnapshotFile(name)
    {
        private long _position;

        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            // A position that all readers share.
            if (flaw == StoreFlaw.ReadsFromOnePosition) (offset, _position) = (_position, Math.Min(Length, _position + buffer.Length));
            var rest = bytes.AsSpan((int)offset);
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            return rest.Length;
        }
    }
}
