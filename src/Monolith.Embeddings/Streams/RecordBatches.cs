using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Makes batches of records: full ones, or those whose delay is over. Several readings may use it.</summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
internal sealed class RecordBatches<TRecord>
{
    private readonly ExampleEncoder<TRecord> _encoder;
    private readonly RecordOptions<TRecord> _options;
    private readonly TimeProvider _time;
    private readonly ExampleBatchPool _pool;
    private long _bad, _skipped;

    /// <param name="encoder">Writes records as examples.</param>
    /// <param name="options">How; not changed afterwards.</param>
    /// <param name="time">The clock of the delay.</param>
    public RecordBatches(ExampleEncoder<TRecord> encoder, RecordOptions<TRecord> options, TimeProvider? time)
    {
        (_encoder, _options, _time) = (encoder, options, time ?? TimeProvider.System);
        _pool = new ExampleBatchPool(encoder.Schema);
    }

    /// <summary>How many records could not be encoded, in all readings together.</summary>
    public long BadRecords => Interlocked.Read(ref _bad);

    /// <summary>How many records their encoder skipped, in all readings together.</summary>
    public long SkippedRecords => Interlocked.Read(ref _skipped);

    /// <summary>Reads to the end.</summary>
    /// <param name="records">The records.</param>
    /// <param name="track">Follows the reading.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ExampleSourceException">The stream or the encoder threw.</exception>
    public async IAsyncEnumerable<ExampleBatch> ReadAsync<TItem>(
        RecordCursor<TItem> records, IRecordTrack<TItem, TRecord> track, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = new RecordReading<TItem, TRecord>(records, track, _encoder, _options.BadRecords, cancellationToken);
        while (await FillAsync(reading, cancellationToken).ConfigureAwait(false) is { } batch)
        {
            batch.Position = track.Position;
            yield return batch;
        }
    }

    /// <summary>The next batch, which is the caller's; null at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ExampleBatch?> FillAsync<TItem>(RecordReading<TItem, TRecord> reading, CancellationToken cancellationToken)
    {
        var batch = _pool.Rent();
        batch.BeginFilling();
        var deadline = default(BatchDeadline);
        try
        {
            while (batch.Rows < _options.BatchSize)
            {
                if (deadline.HasBegun && !await reading.IsNextReadyAsync(deadline.Over).ConfigureAwait(false)) return batch;
                if (!await reading.MoveNextAsync().ConfigureAwait(false)) break;
                cancellationToken.ThrowIfCancellationRequested();
                await EncodeAsync(reading, batch).ConfigureAwait(false);
                if (_options.MaxDelay is { } delay && batch.Rows > 0 && !deadline.HasBegun)
                    deadline = new BatchDeadline(delay, _time, cancellationToken);
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

    private ValueTask EncodeAsync<TItem>(RecordReading<TItem, TRecord> reading, ExampleBatch batch)
    {
        try
        {
            if (!reading.Encode(batch)) Interlocked.Increment(ref _skipped);
            return ValueTask.CompletedTask;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Interlocked.Increment(ref _bad);
            return reading.SkipBadAsync(error);
        }
    }
}
