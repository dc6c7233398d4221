using System.Buffers.Binary;
using System.IO.Hashing;
using Monolith.Embeddings.Features;

namespace OnlineTraining.Data;

/// <summary>The hashing trick: a table of fixed size, and ids modulo that size. Values that fall together share a row.</summary>
/// <param name="rows">The size of the table.</param>
/// <param name="seed">Decides which values fall together.</param>
public sealed class HashedIds(long rows, ulong seed = 0) : IdSpace
{
    /// <inheritdoc />
    public override long Id(int slot, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, FeatureId.Of(slot, value));
        return (long)(XxHash64.HashToUInt64(bytes, (long)seed) % (ulong)rows);
    }
}
