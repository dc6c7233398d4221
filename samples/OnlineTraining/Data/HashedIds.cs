using System.Buffers.Binary;
using Monolith.Embeddings.Features;

namespace OnlineTraining.Data;

/// <summary>The hashing trick: a table of fixed size, and ids modulo that size. Values that fall together share a row.</summary>
public sealed class HashedIds(long rows) : IdSpace
{
    /// <inheritdoc />
    public override long Id(int slot, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, FeatureId.Of(slot, value));
        return (long)((ulong)FeatureId.OfBytes(bytes) % (ulong)rows);
    }
}
