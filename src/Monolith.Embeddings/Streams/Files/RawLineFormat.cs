namespace Monolith.Embeddings.Streams.Files;

/// <summary>A line is its bytes.</summary>
internal sealed class RawLineFormat : FileRecordFormat<ReadOnlyMemory<byte>>
{
    public static RawLineFormat Instance { get; } = new();

    public override ReadOnlyMemory<byte> Parse(ReadOnlyMemory<byte> record) => record;
}
