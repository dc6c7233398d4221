using System.Collections.Concurrent;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>A user's own store in this process, whose files a test copies, changes and loses; it may be full, and may fail.</summary>
internal sealed class CopiedStore : SnapshotStore, IDisposable
{
    private byte[]? _manifest;

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Bytes that may still be written before the store says that it is full.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Asked before each operation; throws what the store fails with.</summary>
    public Action<string>? Before { get; set; }

    public byte[]? Manifest
    {
        get => _manifest;
        set => _manifest = value;
    }

    public static async Task<CopiedStore> OfAsync(SnapshotStore store)
    {
        var copy = new CopiedStore { _manifest = (await store.ReadManifestAsync())?.Bytes.ToArray() };
        foreach (var listed in await store.ListAsync())
        {
            using var file = await store.OpenAsync(listed.Name);
            var bytes = new byte[file.Length];
            for (var done = 0; done < bytes.Length;) done += file.Read(done, bytes.AsSpan(done));
            copy.Files[listed.Name] = bytes;
        }
        return copy;
    }

    public void Dispose() => Files.Clear();

    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default)
    {
        Before?.Invoke("read manifest");
        var bytes = _manifest;
        return ValueTask.FromResult(bytes is null ? null : new StoredManifest(bytes, Token(bytes)));
    }

    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        Before?.Invoke("list");
        return ValueTask.FromResult<IReadOnlyList<StoredFile>>(
            [.. Files.Select(file => new StoredFile { Name = file.Key, Length = file.Value.Length }).OrderBy(file => file.Name,
                StringComparer.Ordinal)]);
    }

    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken)
    {
        Before?.Invoke("delete");
        if (!Files.TryRemove(name, out var gone)) return ValueTask.FromResult(false);
        if (Room != long.MaxValue) Room += gone.Length;
        return ValueTask.FromResult(true);
    }

    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        Before?.Invoke("open");
        return Files.TryGetValue(name, out var bytes)
            ? ValueTask.FromResult<SnapshotFile>(new CopiedFile(name, bytes))
            : throw new SnapshotException(SnapshotFault.Missing, name, "the file", "no such file");
    }

    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
    {
        Before?.Invoke("create");
        return ValueTask.FromResult<SnapshotFileStream>(new WrittenFile(name, this));
    }

    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        Before?.Invoke("replace manifest");
        lock (Files)
        {
            if ((_manifest is null ? null : Token(_manifest)) != expectedToken) return ValueTask.FromResult<string?>(null);
            _manifest = bytes.ToArray();
            return ValueTask.FromResult<string?>(Token(_manifest));
        }
    }

    private static string Token(byte[] bytes) => $"{bytes.Length}-{System.IO.Hashing.XxHash64.HashToUInt64(bytes):x}";

    private sealed class CopiedFile(string name, byte[] bytes) : SnapshotFile(name)
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            if (offset >= bytes.Length) return 0;
            var part = bytes.AsSpan((int)offset, (int)Math.Min(buffer.Length, bytes.Length - offset));
            part.CopyTo(buffer);
            return part.Length;
        }
    }

    private sealed class WrittenFile(string name, CopiedStore store) : SnapshotFileStream(name)
    {
        private readonly MemoryStream _bytes = new();

        protected override void WriteCore(ReadOnlySpan<byte> buffer)
        {
            store.Before?.Invoke("write");
            if (store.Room != long.MaxValue && (store.Room -= buffer.Length) < 0)
            {
                store.Room += buffer.Length;
                throw new SnapshotException(
                    SnapshotFault.Storage, Name, "room", "none.", new IOException("No space left on device", 28));
            }
            _bytes.Write(buffer);
        }

        protected override ValueTask CommitCoreAsync(CancellationToken cancellationToken)
        {
            store.Before?.Invoke("commit");
            store.Files[Name] = _bytes.ToArray();
            return ValueTask.CompletedTask;
        }

        protected override void CloseCore(bool committed)
        {
            if (!committed && store.Room != long.MaxValue) store.Room += _bytes.Length;
            _bytes.Dispose();
        }
    }
}
