using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>A source of one batch, which a delegate writes.</summary>
internal sealed class OneBatchSource(FeatureSchema schema, Action<ExampleBatch> write) : ExampleSource
{
    public override FeatureSchema Schema => schema;

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var batch = new ExampleBatch(schema);
        write(batch);
        batch.Position = new(new byte[] { 1 });
        yield return batch;
    }
}
