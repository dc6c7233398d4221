using System.Buffers.Binary;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>A position that is a number of records: 8 bytes, little endian.</summary>
internal static class CountPosition
{
    public static StreamPosition Of(long count)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
        return new StreamPosition(bytes);
    }

    public static long Read(StreamPosition position)
    {
        if (position.IsStart) return 0;
        if (position.Bytes.Length == sizeof(long) && BinaryPrimitives.ReadInt64LittleEndian(position.Bytes.Span) is >= 0 and var count)
            return count;
        throw ForeignPosition.Of(position, "this source", ", whose positions are 8 bytes with a count of records");
    }
}
