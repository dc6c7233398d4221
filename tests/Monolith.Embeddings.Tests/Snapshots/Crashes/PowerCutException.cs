namespace Monolith.Embeddings.Tests.Snapshots.Crashes;

/// <summary>The process is gone. No store may catch it.</summary>
internal sealed class PowerCutException : Exception;
