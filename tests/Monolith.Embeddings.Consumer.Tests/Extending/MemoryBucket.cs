using System.Globalization;
using Monolith.Embeddings.Snapshots;

/// <summary>A bucket that the test of <see cref="BucketSnapshotStore"/> needs no network for.</summary>
public sealed class MemoryBucket : IBucket
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Bytes, string Tag)> _objects = [];
    private int _versions;

    /// <summary>What happens before the answer to a written object arrives.</summary>
    public Action? AfterPut { get; set; }

    public Task<string?> PutAsync(string key, ReadOnlyMemory<byte> bytes, string? tag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if ((_objects.TryGetValue(key, out var found) ? found.Tag : null) != tag) return Task.FromResult<string?>(null);
            var next = (++_versions).ToString(CultureInfo.InvariantCulture);
            _objects[key] = (bytes.ToArray(), next);
            AfterPut?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<string?>(next);
        }
    }

    public Task<(byte[] Bytes, string Tag)?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult<(byte[], string)?>(_objects.TryGetValue(key, out var found) ? found : null);
    }

    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult(_objects.Remove(key));
    }

    public Task<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult<IReadOnlyList<StoredFile>>([.. _objects.Select(o => new StoredFile { Name = o.Key,
            Length = o.Value.Bytes.Length })]);
    }

    public int Read(string key, long offset, Span<byte> buffer)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(key, out var found)) return -1;
            var rest = found.Bytes.AsSpan((int)offset);
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            return rest.Length;
        }
    }
}
