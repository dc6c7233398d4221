namespace Monolith.Embeddings.Kafka.Tests.Support;

/// <summary>A folder that is deleted in the end.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kafka-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
