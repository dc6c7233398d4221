using System.Buffers;
using System.IO.Hashing;
using System.Text.Unicode;

namespace Monolith.Embeddings.Hashing;

/// <summary>
/// <see cref="XxHash64"/>, seed 0, of the UTF-8 bytes of a text. Half a surrogate pair has no UTF-8: it counts as the three bytes that its
/// number would have (WTF-8), which stand in no UTF-8, so that texts that differ there alone have bytes of their own. Allocates nothing.
/// </summary>
internal static class TextHash
{
    private const int StackBytes = 256;
    private const int MaxBytesPerChar = 3;

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var needed = checked(text.Length * MaxBytesPerChar);
        var rented = needed <= StackBytes ? null : ArrayPool<byte>.Shared.Rent(needed);
        var buffer = rented ?? stackalloc byte[StackBytes];
        var hash = XxHash64.HashToUInt64(buffer[..Encode(text, buffer)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private static int Encode(ReadOnlySpan<char> text, Span<byte> buffer)
    {
        var total = 0;
        while (true)
        {
            var status = Utf8.FromUtf16(text, buffer[total..], out var read, out var written, replaceInvalidSequences: false);
            total += written;
            if (status != OperationStatus.InvalidData) return total;
            EncodeHalf(text[read], buffer.Slice(total, MaxBytesPerChar));
            total += MaxBytesPerChar;
            text = text[(read + 1)..];
        }
    }

    private static void EncodeHalf(char half, Span<byte> bytes)
    {
        bytes[0] = (byte)(0xE0 | (half >> 12));
        bytes[1] = (byte)(0x80 | ((half >> 6) & 0x3F));
        bytes[2] = (byte)(0x80 | (half & 0x3F));
    }
}
