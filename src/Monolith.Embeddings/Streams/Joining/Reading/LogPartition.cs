using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A partition whose records say by a delegate what they are.</summary>
/// <param name="name">Its name.</param>
/// <param name="log">The log.</param>
/// <param name="read">Says of each record what it is.</param>
/// <param name="bad">What is done about bad records.</param>
/// <param name="sink">Makes entries.</param>
internal sealed class LogPartition<TRecord, TKey, TImpression, TAction>(
    string name, RecordLog<TRecord> log, JoinReading<TRecord, TKey, TImpression, TAction> read, BadRecords<TRecord> bad,
    RecordSink<TKey, TImpression, TAction> sink) : JoinPartition(name)
{
    private RecordCursor<LogRecord<TRecord>>? _records;
    private LogTrack<TRecord>? _places;
    private long _badHere;

    public override Task? Pending => _records?.Pending;

    public override void Open(LogPosition from, CancellationToken cancellationToken)
    {
        _records = new RecordCursor<LogRecord<TRecord>>(token => log.ReadAsync(from, token), cancellationToken);
        _places = new LogTrack<TRecord>(from, log.NameOf);
        _badHere = 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> ReadAsync(int most, long processed, CancellationToken cancellationToken)
    {
        for (var count = 0; count < most; count++)
        {
            if (!await IsNextReadyAsync().ConfigureAwait(false)) return count > 0;
            if (!await MoveNextAsync().ConfigureAwait(false))
            {
                // A stream may simply end when it is cancelled; that is not the end of the stream.
                cancellationToken.ThrowIfCancellationRequested();
                Track.End(processed);
                return true;
            }
            if (Judge() is { } error) await SkipBadAsync(error, cancellationToken).ConfigureAwait(false);
            Take(processed);
            if (Track.AwaitsOthers) return true;
        }
        return true;
    }

    public override ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken) =>
        log.CommittedAsync(position, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (_records is null) return;
        await _records.DisposeAsync().ConfigureAwait(false);
        _records = null;
    }

    // What the record says is in the sink afterwards; or what is wrong with it.
    private Exception? Judge()
    {
        sink.Begin();
        var item = _records!.Current;
        try
        {
            _places!.Require(in item);
            var record = item.Value;
            read(in record, new JoinRecordWriter<TKey, TImpression, TAction>(sink));
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            sink.Begin();
            return error;
        }
    }

    private void Take(long processed)
    {
        var item = _records!.Current;
        _places!.Pass(in item);
        if (sink.IsSkipped) CountSkipped();
        if (sink.Phase == RecordPhase.Nothing) Track.Pass(item.Next, processed);
        else Track.Take(item.Next, sink.Phase, sink.Time, sink.Entry, processed);
    }

    private async ValueTask SkipBadAsync(Exception error, CancellationToken cancellationToken)
    {
        var item = _records!.Current;
        var place = _places!.PlaceOf(in item);
        CountBad();
        _badHere++;
        if (bad.Handler is { } handler)
        {
            var record = new BadRecord<TRecord>
            {
                Value = item.Value,
                Place = place,
                Error = error,
                Count = _badHere,
                Bytes = _places.BytesOf(in item),
            };
            await handler(record, cancellationToken).ConfigureAwait(false);
        }
        if (_badHere > bad.Limit) throw TooMany(place, error);
    }

    private ValueTask<bool> IsNextReadyAsync()
    {
        try
        {
            return _records!.IsNextReadyAsync(Task.CompletedTask);
        }
        catch (Exception cause) when (IsToBePlaced(cause))
        {
            throw Failed(cause);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> MoveNextAsync()
    {
        try
        {
            return await _records!.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception cause) when (IsToBePlaced(cause))
        {
            throw Failed(cause);
        }
    }

    private static bool IsToBePlaced(Exception cause) => cause is not (OperationCanceledException or ExampleSourceException);

    private ExampleSourceException Failed(Exception cause)
    {
        var where = _places!.Last is { } last ? $"after {last}" : $"at {_places.Beginning}";
        return new ExampleSourceException($"The stream of '{Name}' failed {where}: {cause.Message}", _places.Last, cause);
    }

    private ExampleSourceException TooMany(RecordPlace place, Exception error)
    {
        var many = bad.Limit == 0 ? "" : $" It is number {_badHere}; {nameof(BadRecords<>.Limit)} allows {bad.Limit}.";
        return new ExampleSourceException(
            $"A record of '{Name}', {place}, cannot be read: {error.Message}{many} To go on without such records, name "
            + $"{nameof(BadRecords<>)} with the log; to leave out records on purpose, let the delegate say nothing of them.", place, error);
    }
}
