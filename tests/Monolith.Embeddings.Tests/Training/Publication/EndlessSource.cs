using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training.Publication;

/// <summary>A source that has nothing, and waits for more.</summary>
internal sealed class EndlessSource(FeatureSchema schema) : ExampleSource
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is read.</summary>
    public Task Asked => _asked.Task;

    public override FeatureSchema Schema => schema;

    public override bool CanRewind => true;

    public override bool IsDeterministic => true;

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _asked.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        yield break;
    }
}
