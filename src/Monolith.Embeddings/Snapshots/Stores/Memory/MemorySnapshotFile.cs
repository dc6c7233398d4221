namespace Monolith.Embeddings.Snapshots.Stores.Memory;

/// <summary>A file whose bytes are in memory.</summary>
internal sealed class MemorySnapshotFile(string name, ReadOnlyMemory<byte> bytes) : SnapshotFile(name)
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> buffer)
    {
        var rest = bytes.Span[(int)offset..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return count;
    }
}
