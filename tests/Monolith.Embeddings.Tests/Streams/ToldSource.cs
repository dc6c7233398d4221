using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>Another source, whose calls of <see cref="ExampleSource.CommittedAsync"/> are kept.</summary>
internal sealed class ToldSource(ExampleSource inner, List<StreamPosition> told) : ExampleSource
{
    public override FeatureSchema Schema => inner.Schema;

    public override bool CanRewind => inner.CanRewind;

    public override bool IsDeterministic => inner.IsDeterministic;

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
        inner.ReadAsync(from, cancellationToken);

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        told.Add(position);
        return ValueTask.CompletedTask;
    }
}
