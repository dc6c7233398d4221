using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A position in a sequence of sources: a byte that tells it from those of pairs, the index of the part, seven bits a byte from the lowest
/// up, and the part's own position. Parts that are added behind change nothing of it.
/// </summary>
internal static class PartPosition
{
    private const byte Mark = 0xFF;
    private const int BitsPerByte = 7, MostBytes = 5;

    public static bool IsOne(StreamPosition position) => position.Bytes.Span[0] == Mark;

    public static StreamPosition Join(int part, StreamPosition position)
    {
        Span<byte> head = stackalloc byte[1 + MostBytes];
        head[0] = Mark;
        var length = 1;
        for (; part >= 1 << BitsPerByte; part >>= BitsPerByte) head[length++] = (byte)(part | (1 << BitsPerByte));
        head[length++] = (byte)part;
        var bytes = new byte[length + position.Bytes.Length];
        head[..length].CopyTo(bytes);
        position.Bytes.Span.CopyTo(bytes.AsSpan(length));
        return new StreamPosition(bytes);
    }

    /// <exception cref="ArgumentException">No sequence made it.</exception>
    public static (int Part, StreamPosition Position) Split(StreamPosition position)
    {
        var bytes = position.Bytes.Span;
        var part = 0L;
        for (var i = 0; i < MostBytes; i++)
        {
            if (1 + i == bytes.Length) throw Foreign(position, $"it ends after {bytes.Length} bytes, within the index of the part");
            var next = bytes[1 + i];
            part |= (long)(next & ~(1 << BitsPerByte)) << (BitsPerByte * i);
            if (next < 1 << BitsPerByte && part <= int.MaxValue) return ((int)part, new StreamPosition(position.Bytes[(2 + i)..]));
        }
        throw Foreign(position, $"the index of its part exceeds {int.MaxValue}");
    }

    public static ArgumentException Foreign(StreamPosition position, string why) =>
        ForeignPosition.Of(position, "this source", $": {why}");
}
