using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Batches of the application's records; a position is the number of records before it.</summary>
internal sealed class RecordSource<T> : ExampleSource
{
    private const int MaxBatchSize = 65536;
    private readonly Func<CancellationToken, IAsyncEnumerable<T>> _open;
    private readonly ExampleEncoder<T> _encoder;
    private readonly ExampleBatchPool _pool;
    private readonly int _batchSize;
    private int _timesOpened;

    public RecordSource(
        Func<CancellationToken, IAsyncEnumerable<T>> open, ExampleEncoder<T> encoder, int batchSize, bool canRewind, bool isDeterministic)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        if (batchSize is < 1 or > MaxBatchSize)
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"A batch has 1 to {MaxBatchSize} examples.");
        (_open, _encoder, _batchSize) = (open, encoder, batchSize);
        (CanRewind, IsDeterministic) = (canRewind, isDeterministic);
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
        var records = _open(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = records.ConfigureAwait(false);
        await SkipAsync(records, count, cancellationToken).ConfigureAwait(false);
        for (var rows = _batchSize; rows == _batchSize;)
        {
            var batch = await FillAsync(records, cancellationToken).ConfigureAwait(false);
            if (batch is null) yield break;
            rows = batch.Rows;
            count += rows;
            batch.Position = CountPosition.Of(count);
            yield return batch;
        }
    }

    private static async ValueTask SkipAsync(IAsyncEnumerator<T> records, long count, CancellationToken cancellationToken)
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
    private async ValueTask<ExampleBatch?> FillAsync(IAsyncEnumerator<T> records, CancellationToken cancellationToken)
    {
        var batch = _pool.Rent();
        try
        {
            while (batch.Rows < _batchSize && await records.MoveNextAsync().ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _encoder.Encode(records.Current, batch);
            }
            // A stream may simply end when it is cancelled; that is not the end of the stream.
            cancellationToken.ThrowIfCancellationRequested();
            if (batch.Rows > 0) return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
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
