using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Serving.ServedLogs;

/// <summary>A line is a candidate that was served.</summary>
internal sealed class ServedExampleFormat(FeatureSchema schema) : FileRecordFormat<ServedExample>
{
    private readonly ExampleRowReader _reader = ExampleRowReader.Of(schema);

    public override ServedExample Parse(ReadOnlyMemory<byte> record) => ServedLine.Read(record.Span, schema.Fingerprint, _reader);
}
