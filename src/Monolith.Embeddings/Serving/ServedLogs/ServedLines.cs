using System.Buffers;

namespace Monolith.Embeddings.Serving.ServedLogs;

/// <summary>Lines that were not written yet; used again. Used by one thread at a time.</summary>
internal sealed class ServedLines
{
    public ArrayBufferWriter<byte> Bytes { get; } = new(1 << 12);

    /// <summary>How many examples they are.</summary>
    public int Count { get; set; }

    public void Clear()
    {
        Bytes.ResetWrittenCount();
        Count = 0;
    }
}
