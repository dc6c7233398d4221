using System.Diagnostics;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A committed file, open for reading anywhere in it. Thread-safe: a restore reads it from all cores at once. Reads may block; they are
/// made in pieces of up to about 1 MiB.
/// </summary>
/// <remarks>
/// While the file is deleted, a reader that has it open either reads on to its end unharmed, or is told by a
/// <see cref="SnapshotException"/> of <see cref="SnapshotFault.Missing"/>. It never sees other bytes.
/// </remarks>
/// <param name="name">The file's name in its store.</param>
[DebuggerDisplay("{Name}: {Length} bytes")]
public abstract class SnapshotFile(string name) : IDisposable
{
    /// <summary>The file's name in its store.</summary>
    public string Name { get; } = name;

    /// <summary>The file's length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Reads bytes that start at an offset.</summary>
    /// <param name="offset">Where to begin, in [0, <see cref="Length"/>].</param>
    /// <param name="buffer">Receives the bytes.</param>
    /// <returns>How many bytes were read: at least one, unless the buffer is empty or the file ends at the offset.</returns>
    /// <exception cref="SnapshotException">The medium failed, or the file is there no more.</exception>
    public abstract int Read(long offset, Span<byte> buffer);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    /// <param name="disposing">Always true: the base class has no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
