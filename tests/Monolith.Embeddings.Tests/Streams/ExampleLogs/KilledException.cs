namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>Stands for the end of the process.</summary>
internal sealed class KilledException : Exception;
