using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.Snapshots.Stores;
using Monolith.Embeddings.Snapshots.Stores.Memory;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A store in this process's memory: for tests, and for replicas in the trainer's process. Keeps every rule of a store; durable as long as
/// it lives. Thread-safe.
/// </summary>
[DebuggerDisplay("{_files.Count} files")]
public sealed class MemorySnapshotStore : SnapshotStore
{
    // Of all stores of the process: a copy of a store must not take the original's tokens for its own.
    private static long _versions;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private StoredManifest? _manifest;

    /// <inheritdoc />
    public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return new([.. _files.Select(f => new StoredFile { Name = f.Key, Length = f.Value.Length })]);
    }

    /// <inheritdoc />
    public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return new(_manifest);
    }

    internal void Commit(string name, byte[] bytes)
    {
        lock (_lock)
        {
            if (!_files.TryAdd(name, bytes)) throw SnapshotFileNames.Taken(name);
        }
    }

    /// <inheritdoc />
    protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_files.ContainsKey(name)) throw SnapshotFileNames.Taken(name);
        }
        return new(new MemoryFileStream(this, name));
    }

    /// <inheritdoc />
    protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_files.TryGetValue(name, out var bytes)) return new(new MemorySnapshotFile(name, bytes));
        }
        throw new SnapshotException(SnapshotFault.Missing, name, "a file", "no such file.");
    }

    /// <inheritdoc />
    protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return new(_files.Remove(name));
    }

    /// <inheritdoc />
    protected override ValueTask<string?> TryReplaceManifestCoreAsync(
        ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_manifest?.Token != expectedToken) return new((string?)null);
            _manifest = new StoredManifest(bytes.ToArray(), Interlocked.Increment(ref _versions).ToString(CultureInfo.InvariantCulture));
            return new(_manifest.Token);
        }
    }
}
