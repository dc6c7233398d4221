using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>Batches of the application's records; a position is the number of records before it.</summary>
internal sealed class RecordSource<T> : ExampleSource
{
    private const int MaxBatchSize = 65536;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);
    private readonly Func<CancellationToken, IAsyncEnumerable<T>> _open;
    private readonly ExampleEncoder<T> _encoder;
    private readonly ExampleBatchPool _pool;
    private readonly int _batchSize;
    private readonly TimeSpan? _maxDelay;
    private readonly TimeProvider _time;
    private int _timesOpened;

    public RecordSource(
        Func<CancellationToken, IAsyncEnumerable<T>> open, ExampleEncoder<T> encoder, int batchSize, bool canRewind, bool isDeterministic,
        TimeSpan? maxDelay = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        if (batchSize is < 1 or > MaxBatchSize)
            throw OutOfRange.Of(nameof(batchSize), batchSize, $"A batch has 1 to {MaxBatchSize} examples.");
        if (maxDelay is { } delay && (delay <= TimeSpan.Zero || delay > LongestDelay))
            throw OutOfRange.Of(nameof(maxDelay), delay,
                $"A delay is more than zero and at most {LongestDelay}; null waits for full batches.");
        (_open, _encoder, _batchSize) = (open, encoder, batchSize);
        (_maxDelay, _time) = (maxDelay, timeProvider ?? TimeProvider.System);
        (CanRewind, IsDeterministic) = (canRewind, isDeterministic && maxDelay is null);
        _pool = new ExampleBatchPool(encoder.Schema);
    }

    public override FeatureSchema Schema => _encoder.Schema;

    public override bool CanRewind { get; }

    public override bool IsDeterministic { get; }

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
        while (await FillAsync(records, cancellationToken).ConfigureAwait(false) is { } batch)
        {
            count += batch.Rows;
            batch.Position = CountPosition.Of(count);
            yield return batch;
        }
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

    /// <summary>The next batch, which is the caller's; null at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ExampleBatch?> FillAsync(RecordCursor<T> records, CancellationToken cancellationToken)
    {
        var batch = _pool.Rent();
        batch.BeginFilling();
        var deadline = default(BatchDeadline);
        try
        {
            while (batch.Rows < _batchSize)
            {
                if (deadline.HasBegun && !await records.IsNextReadyAsync(deadline.Over).ConfigureAwait(false)) return batch;
                if (!await records.MoveNextAsync().ConfigureAwait(false)) break;
                cancellationToken.ThrowIfCancellationRequested();
                _encoder.Encode(records.Current, batch);
                if (_maxDelay is { } delay && !deadline.HasBegun) deadline = new BatchDeadline(delay, _time, cancellationToken);
            }
            // A stream may simply end when it is cancelled; that is not the end of the stream.
            cancellationToken.ThrowIfCancellationRequested();
            if (batch.Rows > 0) return batch;
        }
        catch
        {
            batch.EndFilling();
            batch.Dispose();
            throw;
        }
        finally
        {
            batch.EndFilling();
            deadline.Dispose();
        }
        batch.Dispose();
        return null;
    }

    private void RequireReadable(long count)
    {
        if (CanRewind || (count == 0 && Volatile.Read(ref _timesOpened) == 0)) return;
        throw new InvalidOperationException(
            "This source wraps a stream that is there once: it can be read one time, from its start. To read again or from a position, "
            + "make it by ExampleSource.From(() => ..., encoder, batchSize), which opens the stream anew.");
    }
}
