namespace Monolith.Embeddings.Memory;

/// <summary>What the machine, or the container that the process runs in, offers.</summary>
internal static class AvailableMemory
{
    /// <summary>The memory that this process may use, in bytes.</summary>
    public static long Bytes => GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes;
}
