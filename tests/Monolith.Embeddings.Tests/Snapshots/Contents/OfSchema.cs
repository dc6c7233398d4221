using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>A source that says that it is of a schema; it is never read.</summary>
internal sealed class OfSchema(FeatureSchema schema, ExampleSource inner) : ExampleSource
{
    public override FeatureSchema Schema => schema;

    public override bool CanRewind => inner.CanRewind;

    public override bool IsDeterministic => inner.IsDeterministic;

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(from, cancellationToken);
}
