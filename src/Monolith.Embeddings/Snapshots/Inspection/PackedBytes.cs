using System.Buffers.Binary;
using System.IO.Compression;

namespace Monolith.Embeddings.Snapshots.Inspection;

/// <summary>
/// Unpacks what blocks of an example log hold: how it is packed 1 byte, the length 4 bytes, and the bytes, by Brotli where the first is 1.
/// </summary>
internal static class PackedBytes
{
    private const byte Brotli = 1;
    private const int HeadBytes = 1 + sizeof(int), MostBytes = 1 << 26;

    /// <summary>The unpacked bytes; null where the payload is not packed so.</summary>
    public static byte[]? TryUnpack(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeadBytes || payload[0] != Brotli) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload[1..]);
        if (length is < 0 or > MostBytes) return null;
        var bytes = new byte[length];
        return BrotliDecoder.TryDecompress(payload[HeadBytes..], bytes, out var found) && found == length ? bytes : null;
    }
}
