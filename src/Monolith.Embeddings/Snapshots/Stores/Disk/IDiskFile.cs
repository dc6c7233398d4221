namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A file of an <see cref="ISnapshotDisk"/> that is written from its start to its end. Used by one thread at a time.</summary>
internal interface IDiskFile : IDisposable
{
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Makes the file's bytes durable.</summary>
    void Flush();
}
