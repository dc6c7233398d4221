using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>Takes parts of a file, each whole and with the right checksum. Asks for no memory that the file only claims to need.</summary>
internal readonly struct SnapshotBytes(SnapshotFile file)
{
    public string Name => file.Name;

    public long Length => file.Length;

    /// <exception cref="SnapshotException">The file ends before.</exception>
    public void ReadExactly(long offset, Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length)
        {
            var read = offset + count < file.Length ? file.Read(offset + count, buffer[count..]) : 0;
            if (read <= 0) throw Damaged($"{buffer.Length} bytes at {offset}", $"{count}: the file was cut short.");
            count += read;
        }
    }

    public SnapshotHeader ReadHeader()
    {
        Span<byte> start = stackalloc byte[SnapshotFormat.HeaderStartBytes];
        ReadExactly(0, start);
        var length = HeaderFormat.LengthOf(Name, start);
        if (length > Length) throw Damaged($"a header of {length} bytes", $"a file of {Length}: it was cut short.");
        var bytes = new byte[length];
        ReadExactly(0, bytes);
        CheckEnd(bytes, "the header");
        try
        {
            return HeaderFormat.Read(bytes);
        }
        catch (FormatException exception)
        {
            throw Damaged("a header", $"something else: {exception.Message}", exception);
        }
    }

    public SnapshotEnd ReadEnd()
    {
        Span<byte> bytes = stackalloc byte[SnapshotFormat.EndBytes];
        ReadExactly(Math.Max(0, Length - SnapshotFormat.EndBytes), bytes);
        try
        {
            var end = SnapshotEnd.Read(bytes);
            return end.FileBytes == Length ? end : throw Damaged($"{end.FileBytes} bytes, as its end says", $"{Length}.");
        }
        catch (FormatException exception)
        {
            throw Damaged("the end of a snapshot", $"something else: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a block of the directory.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="end">Where the directory ends.</param>
    /// <param name="payload">Receives the payload.</param>
    public BlockEntry ReadBlock(long offset, long end, out byte[] payload)
    {
        if (end - offset < BlockEntry.OverheadBytes) throw Damaged($"a block of the directory at {offset}", $"{end - offset} bytes.");
        Span<byte> header = stackalloc byte[BlockEntry.HeaderBytes];
        ReadExactly(offset, header);
        var entry = Header(header, offset);
        if (entry.Bytes > end - offset) throw Damaged($"a block of {entry.Bytes} bytes at {offset}", $"{end - offset} bytes.");
        var bytes = new byte[entry.Bytes];
        ReadExactly(offset, bytes);
        var checksum = CheckEnd(bytes, $"the block at {offset}");
        payload = bytes[BlockEntry.HeaderBytes..^SnapshotFormat.ChecksumBytes];
        return entry with { Checksum = checksum };
    }

    public SnapshotException Damaged(string expected, string found, Exception? cause = null) =>
        new(SnapshotFault.Damaged, Name, expected, found, cause);

    private BlockEntry Header(ReadOnlySpan<byte> header, long offset)
    {
        try
        {
            return BlockEntry.ReadHeader(header, offset);
        }
        catch (FormatException exception)
        {
            throw Damaged($"a block of the directory at {offset}", $"something else: {exception.Message}", exception);
        }
    }

    private uint CheckEnd(ReadOnlySpan<byte> part, string what)
    {
        var checksum = Crc32C.Hash(part[..^SnapshotFormat.ChecksumBytes]);
        var (expected, found) =
            (SnapshotFormat.Mask(checksum), BinaryPrimitives.ReadUInt32LittleEndian(part[^SnapshotFormat.ChecksumBytes..]));
        return expected == found ? checksum : throw Damaged($"checksum {expected:x8} of {what}", $"{found:x8}: bytes were changed.");
    }
}
