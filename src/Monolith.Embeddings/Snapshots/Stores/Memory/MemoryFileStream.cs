namespace Monolith.Embeddings.Snapshots.Stores.Memory;

/// <summary>Gathers a file's bytes and hands them to the store when they are committed.</summary>
internal sealed class MemoryFileStream(MemorySnapshotStore store, string name) : SnapshotFileStream(name)
{
    private readonly MemoryStream _bytes = new();

    protected override void WriteCore(ReadOnlySpan<byte> buffer)
    {
        if (Length + buffer.Length > Array.MaxLength)
        {
            throw new SnapshotException(SnapshotFault.Storage, Name, $"at most {Array.MaxLength} bytes",
                $"{Length + buffer.Length}. A store in memory has no longer files: use a FileSnapshotStore.");
        }
        _bytes.Write(buffer);
    }

    protected override ValueTask CommitCoreAsync(CancellationToken cancellationToken)
    {
        store.Commit(Name, _bytes.ToArray());
        return default;
    }

    protected override void CloseCore(bool committed) => _bytes.Dispose();
}
