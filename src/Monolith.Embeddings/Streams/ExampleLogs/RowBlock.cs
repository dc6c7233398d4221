using System.Buffers.Binary;
using System.IO.Compression;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>
/// The payload of a block of rows: how it is packed 1 byte, the length of the rows 4 bytes, and the rows, each after its length. Packed
/// by Brotli where that makes it smaller.
/// </summary>
internal static class RowBlock
{
    /// <summary>How many bytes of rows a block has, unless one row has more.</summary>
    public const int UsualBytes = 1 << 18;

    public const int HeadBytes = 1 + sizeof(int);

    /// <summary>The longest row, so that any fits a block.</summary>
    public const int MaxRowBytes = SnapshotFormat.MaxPayloadBytes - HeadBytes - RowChunk.LengthBytes;

    private const byte Plain = 0, Brotli = 1;

    // Higher qualities save a tenth of the bytes and are slower; docs/design/example-log.md has the sizes.
    private const int Quality = 1, Window = 20;

    /// <summary>Packs rows.</summary>
    /// <param name="rows">At most <see cref="SnapshotFormat.MaxPayloadBytes"/> less <see cref="HeadBytes"/>.</param>
    /// <param name="payload">Room for as many bytes and the head.</param>
    /// <returns>The length of the payload.</returns>
    public static int Pack(ReadOnlySpan<byte> rows, Span<byte> payload)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload[1..], rows.Length);
        var room = payload.Slice(HeadBytes, rows.Length);
        if (BrotliEncoder.TryCompress(rows, room, out var packed, Quality, Window) && packed < rows.Length)
        {
            payload[0] = Brotli;
            return HeadBytes + packed;
        }
        payload[0] = Plain;
        rows.CopyTo(room);
        return HeadBytes + rows.Length;
    }

    /// <summary>Unpacks rows.</summary>
    /// <param name="payload">What <see cref="Pack"/> wrote.</param>
    /// <param name="rows">Receives them; <see cref="SnapshotFormat.MaxPayloadBytes"/> of room.</param>
    /// <returns>How many bytes they are.</returns>
    /// <exception cref="InvalidDataException">The payload is no such.</exception>
    public static int Unpack(ReadOnlySpan<byte> payload, Span<byte> rows)
    {
        if (payload.Length < HeadBytes) throw new InvalidDataException($"a block of {payload.Length} bytes has no head");
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload[1..]);
        var packed = payload[HeadBytes..];
        if ((uint)length > (uint)rows.Length) throw new InvalidDataException($"a block says that its rows are {length} bytes");
        switch (payload[0])
        {
            case Plain when packed.Length == length:
                packed.CopyTo(rows);
                return length;
            case Brotli when BrotliDecoder.TryDecompress(packed, rows[..length], out var found) && found == length:
                return length;
            default:
                throw new InvalidDataException($"a block cannot be unpacked (its packing is {payload[0]})");
        }
    }

    /// <summary>Takes the next row of unpacked rows.</summary>
    /// <param name="rows">The rows; what follows the row afterwards.</param>
    /// <exception cref="InvalidDataException">They end within it.</exception>
    public static int LengthOfNext(ReadOnlySpan<byte> rows)
    {
        if (rows.Length < RowChunk.LengthBytes) throw new InvalidDataException($"a block ends with {rows.Length} bytes of no row");
        var length = BinaryPrimitives.ReadInt32LittleEndian(rows);
        return (uint)length <= (uint)(rows.Length - RowChunk.LengthBytes)
            ? length
            : throw new InvalidDataException($"a row of {length} bytes ends beyond its block");
    }
}
