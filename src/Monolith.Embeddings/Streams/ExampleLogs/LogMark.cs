using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>A position that was yielded, the number of the next row there, and the rows since the one before, until they go on.</summary>
internal sealed class LogMark(StreamPosition position, long row, RowChunk? rows)
{
    public StreamPosition Position => position;

    public long Row { get; set; } = row;

    public RowChunk? Rows { get; set; } = rows;
}
