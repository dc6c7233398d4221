using System.Buffers.Binary;

namespace Monolith.Embeddings.Streams.Joining.Keys;

/// <summary>Eight bytes, the highest first, with the sign turned round.</summary>
internal sealed class Int64Key : JoinKey<long>
{
    public override int Write(long key, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, (ulong)key ^ (1UL << 63));
        return sizeof(ulong);
    }
}
