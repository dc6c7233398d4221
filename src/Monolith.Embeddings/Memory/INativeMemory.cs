namespace Monolith.Embeddings.Memory;

/// <summary>Memory outside the collector's heap, or what consists of it. Disposing gives it back.</summary>
internal interface INativeMemory : IDisposable
{
    long Bytes { get; }
}
