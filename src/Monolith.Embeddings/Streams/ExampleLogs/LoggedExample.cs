using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Streams;

/// <summary>A row of an <see cref="ExampleLog"/> as it was read, for the code that handles bad ones. Valid until the next one is
/// read.</summary>
public readonly struct LoggedExample
{
    private readonly ExampleRowReader? _reader;
    private readonly ReadOnlyMemory<byte> _bytes;

    internal LoggedExample(long row, long rows, ReadOnlyMemory<byte> bytes, ExampleRowReader? reader) =>
        (Row, Rows, _bytes, _reader) = (row, rows, bytes, reader);

    /// <summary>Its number in the log.</summary>
    public long Row { get; }

    /// <summary>How many rows this stands for: 1, or all that are lost with a block or a file that is damaged.</summary>
    public long Rows { get; }

    internal void WriteTo(ExampleWriter writer) => _reader!.ReadInto(_bytes.Span, writer.OpenBatch);
}
