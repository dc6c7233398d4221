using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Training.Reading;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private readonly SourceFailures _sourceFailures;
    private long _windowLeft;

    /// <summary>
    /// What the source threw the last time, when it was read or told what is durable; null where a batch, or a success, came since.
    /// </summary>
    public Exception? LastSourceFailure => _sourceFailures.Last ?? _commits?.LastTellingFailure;

    /// <summary>How many times in a row the source threw when it was read: without a batch in between.</summary>
    public int SourceFailuresInARow => _sourceFailures.Count;

    private static void RequireReadableAgain(OnlineTrainerOptions options, ExampleSource source)
    {
        if (source.CanRewind || options.SourceFailures.Tolerated == 0) return;
        throw new ArgumentException(
            $"{nameof(OnlineTrainerOptions.SourceFailures)} tolerates failures of the source, but it can be read one time: it could "
            + "not go on after one. Make it of a function that opens the stream again, or tolerate none.", nameof(source));
    }

    // False where the source threw and is to be opened again.
    private bool TryTake(BatchArrival arrival, CancellationToken cancellationToken, out ReadBatch batch, out bool isThere)
    {
        try
        {
            isThere = arrival.Take(out batch);
            return true;
        }
        catch (Exception failure)
        {
            _sourceFailures.Add(failure, cancellationToken.IsCancellationRequested);
            (batch, isThere) = (default, false);
            return false;
        }
    }

    // What is due to be committed is not kept waiting.
    private async ValueTask WaitToReadAgainAsync(BatchArrival arrival, CancellationToken cancellationToken)
    {
        var waking = cancellationToken.UnsafeRegister(static waiting => ((BatchArrival)waiting!).Wake(), arrival);
        await using var _ = waking.ConfigureAwait(false);
        while (_sourceFailures.RetryIn is var left && left > TimeSpan.Zero)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var since = _time.GetTimestamp();
            var due = _commits?.DueIn(Point) ?? Timeout.InfiniteTimeSpan;
            await arrival.WaitAsync(due == Timeout.InfiniteTimeSpan || due > left ? left : due, since).ConfigureAwait(false);
            // What is to be forgotten at rest is, when the reading has ended.
            await BetweenBatchesAsync(cancellationToken).ConfigureAwait(false);
        }
        cancellationToken.ThrowIfCancellationRequested();
    }

    private bool IsOfSource(Exception cause) => _sourceFailures.IsCause(cause) || _commits!.IsTellingCause(cause);
}
