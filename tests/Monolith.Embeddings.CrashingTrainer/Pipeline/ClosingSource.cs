using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.CrashingTrainer.Pipeline;

/// <summary>
/// A joiner in whose work the process may be killed: another thread does it, at an instant after the joiner began to make a batch, and only
/// if it is still at it.
/// </summary>
internal sealed class ClosingSource(ExampleSource joiner, PipelineKiller killer) : ExampleSource
{
    private volatile bool _isJoining;

    public override FeatureSchema Schema => joiner.Schema;

    public override bool CanRewind => joiner.CanRewind;

    public override bool IsDeterministic => joiner.IsDeterministic;

    public override bool HasState => joiner.HasState;

    public override SourceState CaptureState(StreamPosition at) => joiner.CaptureState(at);

    public override ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken) =>
        joiner.RestoreStateAsync(at, state, cancellationToken);

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken) =>
        joiner.CommittedAsync(position, cancellationToken);

    public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
        StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = new Thread(() => Watch(stopped.Token)) { IsBackground = true };
        watching.Start();
        var batches = joiner.ReadAsync(from, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = batches.ConfigureAwait(false);
        while (true)
        {
            _isJoining = true;
            var hasNext = await batches.MoveNextAsync().ConfigureAwait(false);
            _isJoining = false;
            if (!hasNext) break;
            yield return batches.Current;
        }
        await stopped.CancelAsync().ConfigureAwait(false);
    }

    private void Watch(CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            if (_isJoining) killer.At(PipelineKill.WindowClose);
            Thread.SpinWait(200);
        }
    }
}
