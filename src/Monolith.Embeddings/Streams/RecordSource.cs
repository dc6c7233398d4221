using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Batches of the application's records; a position is the number of records before it.</summary>
internal sealed class RecordSource<T> : ExampleSource
{
    private readonly Func<CancellationToken, IAsyncEnumerable<T>> _open;
    private readonly RecordBatches<T> _batches;
    private int _timesOpened;

    /// <param name="open">Opens the stream.</param>
    /// <param name="encoder">Writes records as examples.</param>
    /// <param name="options">How; valid.</param>
    /// <param name="canRewind">Whether the stream can be opened again.</param>
    /// <param name="timeProvider">The clock of the delay; the system's where null.</param>
    public RecordSource(
        Func<CancellationToken, IAsyncEnumerable<T>> open, ExampleEncoder<T> encoder, RecordOptions<T> options, bool canRewind,
        TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_open, _batches, Schema) = (open, new RecordBatches<T>(encoder, options, timeProvider), encoder.Schema);
        (CanRewind, IsDeterministic) = (canRewind, canRewind && options.IsDeterministic && options.MaxDelay is null);
    }

    public override FeatureSchema Schema { get; }

    public override bool CanRewind { get; }

    public override bool IsDeterministic { get; }

    public override long BadRecords => _batches.BadRecords;

    public override long SkippedRecords => _batches.SkippedRecords;

    public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken)
    {
        var count = CountPosition.Read(from);
        RequireReadable(count);
        return ReadFrom(count, cancellationToken);
    }

    private async IAsyncEnumerable<ExampleBatch> ReadFrom(long count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireReadable(count);
        Interlocked.Exchange(ref _timesOpened, 1);
        var records = new RecordCursor<T>(_open, cancellationToken);
        await using var closing = records.ConfigureAwait(false);
        await SkipAsync(records, count, cancellationToken).ConfigureAwait(false);
        await foreach (var batch in _batches.ReadAsync(records, new CountTrack<T>(count), cancellationToken).ConfigureAwait(false))
            yield return batch;
    }

    private static async ValueTask SkipAsync(RecordCursor<T> records, long count, CancellationToken cancellationToken)
    {
        for (long skipped = 0; skipped < count; skipped++)
        {
            if (!await records.MoveNextAsync().ConfigureAwait(false))
            {
                throw new InvalidOperationException(
                    $"The stream ended after {skipped} records, but the position lies behind {count}: it is another stream than before.");
            }
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void RequireReadable(long count)
    {
        if (CanRewind || (count == 0 && Volatile.Read(ref _timesOpened) == 0)) return;
        throw new InvalidOperationException(
            "This source wraps a stream that is there once: it can be read one time, from its start. To read again or from a position, "
            + "make it by ExampleSource.From(() => ..., encoder, batchSize), which opens the stream again.");
    }
}
