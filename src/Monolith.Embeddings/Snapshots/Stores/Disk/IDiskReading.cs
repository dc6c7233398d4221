namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A file of an <see cref="ISnapshotDisk"/> that is read. Thread-safe.</summary>
internal interface IDiskReading : IDisposable
{
    long Length { get; }

    int Read(long offset, Span<byte> buffer);
}
