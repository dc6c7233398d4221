using System.IO.Hashing;

namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// What tells a file by its content up to some offset, whatever its name and whether it is packed: 32 bits of a hash of its first bytes,
/// and 32 of the last ones before the offset. The tie of a position.
/// </summary>
internal static class FileMark
{
    /// <summary>How many bytes of the beginning count, at most.</summary>
    public const int HeadBytes = 1024;

    /// <summary>How many bytes before the offset count, at most.</summary>
    public const int TailBytes = 256;

    private const int HalfBits = 32;

    public static int HeadLength(long offset) => (int)Math.Min(offset, HeadBytes);

    public static int TailLength(long offset) => (int)Math.Min(offset, TailBytes);

    public static uint Hash(ReadOnlySpan<byte> bytes) => (uint)(XxHash3.HashToUInt64(bytes) >> HalfBits);

    public static long Join(uint head, uint tail) => (long)(((ulong)head << HalfBits) | tail);

    public static uint HeadOf(long mark) => (uint)((ulong)mark >> HalfBits);
}
