using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>The last bytes of a file: what must be there for it to be whole.</summary>
/// <param name="Sections">How many sections there are.</param>
/// <param name="Directory">Where the directory begins.</param>
/// <param name="Blocks">How many blocks stand before it.</param>
/// <param name="Items">How many items these have.</param>
/// <param name="PayloadBytes">How many bytes their payloads have.</param>
/// <param name="FileBytes">How many bytes the file has, these included.</param>
internal readonly record struct SnapshotEnd(int Sections, long Directory, long Blocks, ulong Items, long PayloadBytes, long FileBytes)
{
    private const int ChecksumAt = SnapshotFormat.EndBytes - SnapshotFormat.ChecksumBytes;

    public void Write(Span<byte> end)
    {
        end.Clear();
        SnapshotFormat.EndMagic.CopyTo(end);
        BinaryPrimitives.WriteInt32LittleEndian(end[8..], SnapshotFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(end[12..], Sections);
        BinaryPrimitives.WriteInt64LittleEndian(end[16..], Directory);
        BinaryPrimitives.WriteInt64LittleEndian(end[24..], Blocks);
        BinaryPrimitives.WriteUInt64LittleEndian(end[32..], Items);
        BinaryPrimitives.WriteInt64LittleEndian(end[40..], PayloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(end[48..], FileBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(end[ChecksumAt..], SnapshotFormat.Mask(Crc32C.Hash(end[..ChecksumAt])));
    }

    /// <exception cref="FormatException">The bytes are not the end of a file.</exception>
    public static SnapshotEnd Read(ReadOnlySpan<byte> bytes)
    {
        var end = new SnapshotEnd(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]));
        // One form of each end: magic, version, zeros and checksum are right where writing it again gives the same bytes.
        Span<byte> again = stackalloc byte[SnapshotFormat.EndBytes];
        end.Write(again);
        if (!again.SequenceEqual(bytes))
            throw new FormatException("The last bytes are not the end of a snapshot: it was cut short, or changed.");
        return end;
    }
}
