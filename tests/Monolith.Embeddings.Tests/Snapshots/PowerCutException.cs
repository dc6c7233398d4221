namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>The process is gone. No store may catch it.</summary>
internal sealed class PowerCutException : Exception;
