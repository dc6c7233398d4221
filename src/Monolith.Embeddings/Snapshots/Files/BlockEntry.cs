using System.Buffers.Binary;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>
/// A block as the directory lists it. In the file it is: marker 4, section 4, first key 8, last key 8, items 4, payload length 4, payload,
/// checksum 4.
/// </summary>
/// <param name="Section">Its section's number.</param>
/// <param name="First">The first key of its range, or its number within its section.</param>
/// <param name="Last">The last key of its range, or its number again.</param>
/// <param name="Items">How many items its payload has; bytes, for a section of bytes.</param>
/// <param name="PayloadBytes">The length of its payload: 1 to <see cref="SnapshotFormat.MaxPayloadBytes"/>.</param>
/// <param name="Checksum">The CRC-32C of its header and payload.</param>
/// <param name="Offset">Where it begins in the file. Not stored: each begins where the one before ends.</param>
internal readonly record struct BlockEntry(uint Section, ulong First, ulong Last, uint Items, int PayloadBytes, uint Checksum, long Offset)
{
    public const int HeaderBytes = 32, TableBytes = 32, OverheadBytes = HeaderBytes + SnapshotFormat.ChecksumBytes;

    private const uint Marker = 0x4B434C42; // "BLCK"

    /// <summary>The bytes that the block takes in the file.</summary>
    public int Bytes => OverheadBytes + PayloadBytes;

    /// <summary>Its range.</summary>
    public KeyRange Range => new(First, Last);

    /// <summary>Writes the block's header.</summary>
    public void WriteHeader(Span<byte> header)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, Marker);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Section);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], First);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Last);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], Items);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], PayloadBytes);
    }

    /// <summary>Reads the header of a block of the directory, whose checksum is not known yet.</summary>
    /// <exception cref="FormatException">These are not the bytes of one.</exception>
    public static BlockEntry ReadHeader(ReadOnlySpan<byte> header, long offset)
    {
        var marker = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (marker != Marker) throw new FormatException($"Marker {marker:x8} stands where a block ({Marker:x8}) must begin.");
        var entry = new BlockEntry(
            BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[28..]),
            Checksum: 0,
            offset);
        entry.Check();
        return entry;
    }

    /// <summary>Writes the block's line of the directory.</summary>
    public void WriteTable(Span<byte> line)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(line, Section);
        BinaryPrimitives.WriteInt32LittleEndian(line[4..], PayloadBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(line[8..], First);
        BinaryPrimitives.WriteUInt64LittleEndian(line[16..], Last);
        BinaryPrimitives.WriteUInt32LittleEndian(line[24..], Items);
        BinaryPrimitives.WriteUInt32LittleEndian(line[28..], Checksum);
    }

    /// <summary>Reads a line of the directory.</summary>
    /// <exception cref="FormatException">It cannot be of a block.</exception>
    public static BlockEntry ReadTable(ReadOnlySpan<byte> line, long offset)
    {
        var entry = new BlockEntry(
            BinaryPrimitives.ReadUInt32LittleEndian(line),
            BinaryPrimitives.ReadUInt64LittleEndian(line[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(line[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(line[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(line[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(line[28..]),
            offset);
        entry.Check();
        return entry;
    }

    private void Check()
    {
        if (PayloadBytes is < 1 or > SnapshotFormat.MaxPayloadBytes)
            throw new FormatException($"A block of {PayloadBytes} bytes is not between 1 and {SnapshotFormat.MaxPayloadBytes}.");
        if (First > Last) throw new FormatException($"A block's keys go from {First} down to {Last}.");
    }
}
