using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Another source that throws when it is told to.</summary>
internal sealed class FailingSource(ExampleSource inner) : ExampleSource
{
    private int _opened;

    /// <summary>What it throws where <see cref="FailsAtOpen"/> or <see cref="FailsBefore"/> say so.</summary>
    public Exception Failure { get; } = new IOException("the log is gone");

    /// <summary>How many times it was read.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Says of a reading, counted from 1, whether it throws at once.</summary>
    public Func<int, bool> FailsAtOpen { get; init; } = _ => false;

    /// <summary>Says of a batch of a reading, both counted from 1, whether it throws before it.</summary>
    public Func<int, int, bool> FailsBefore { get; init; } = (_, _) => false;

    /// <summary>Called with each position that is durable.</summary>
    public Action<StreamPosition> Committed { get; init; } = _ => { };

    public override FeatureSchema Schema => inner.Schema;

    public override bool CanRewind => inner.CanRewind;

    public override bool IsDeterministic => inner.IsDeterministic;

    public override bool HasState => inner.HasState;

    public override SourceState CaptureState(StreamPosition at) => inner.CaptureState(at);

    public override ValueTask RestoreStateAsync(StreamPosition at, SourceState state, CancellationToken cancellationToken) =>
        inner.RestoreStateAsync(at, state, cancellationToken);

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken)
    {
        var opened = Interlocked.Increment(ref _opened);
        return FailsAtOpen(opened) ? throw Failure : ReadFrom(opened, from, cancellationToken);
    }

    public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
    {
        Committed(position);
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(
        int opened, StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batches = 0;
        await foreach (var batch in inner.ReadAsync(from, cancellationToken))
        {
            if (FailsBefore(opened, ++batches))
            {
                batch.Dispose();
                throw Failure;
            }
            yield return batch;
        }
    }
}
