using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Kafka.Deltas.Messages;

/// <summary>A stretch of a file that a message carries.</summary>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Length">How long it is, in bytes; at least 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeltaRun(long Offset, int Length)
{
    public long End => Offset + Length;
}
