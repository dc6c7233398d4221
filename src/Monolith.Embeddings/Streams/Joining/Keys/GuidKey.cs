using System.Diagnostics;

namespace Monolith.Embeddings.Streams.Joining.Keys;

/// <summary>The sixteen bytes as they are written.</summary>
internal sealed class GuidKey : JoinKey<Guid>
{
    private const int Bytes = 16;

    public override int Write(Guid key, Span<byte> destination)
    {
        var isWritten = key.TryWriteBytes(destination, bigEndian: true, out _);
        Debug.Assert(isWritten);
        return Bytes;
    }
}
