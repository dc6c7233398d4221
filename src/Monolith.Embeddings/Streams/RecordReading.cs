using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>One reading of a source, record by record. One reader's.</summary>
/// <param name="records">The records.</param>
/// <param name="track">Follows the reading.</param>
/// <param name="encoder">Writes records as examples.</param>
/// <param name="bad">What is done about bad ones.</param>
/// <param name="cancellationToken">Stops the handler of bad records.</param>
internal sealed class RecordReading<TItem, TRecord>(
    RecordCursor<TItem> records, IRecordTrack<TItem, TRecord> track, ExampleEncoder<TRecord> encoder, BadRecords<TRecord> bad,
    CancellationToken cancellationToken)
{
    private long _bad;

    /// <inheritdoc cref="RecordCursor{T}.IsNextReadyAsync" />
    public ValueTask<bool> IsNextReadyAsync(Task deadline) => records.IsNextReadyAsync(deadline);

    /// <summary>Goes to the next record; false at the end of the stream.</summary>
    /// <exception cref="ExampleSourceException">The stream threw.</exception>
    public ValueTask<bool> MoveNextAsync()
    {
        try
        {
            var next = records.MoveNextAsync();
            return next.IsCompletedSuccessfully ? next : MoveNextAsync(next);
        }
        catch (Exception cause) when (IsToBePlaced(cause))
        {
            throw Failed(cause);
        }
    }

    /// <summary>Encodes the record, and goes on behind it; false where the encoder skipped it.</summary>
    public bool Encode(ExampleBatch batch)
    {
        var item = records.Current;
        track.Require(in item);
        var isWritten = encoder.Encode(track.RecordOf(in item), batch);
        track.Pass(in item);
        return isWritten;
    }

    /// <summary>Hands a record over that cannot be encoded, and goes on behind it.</summary>
    /// <param name="error">What the encoder threw.</param>
    /// <exception cref="ExampleSourceException">There are too many.</exception>
    public async ValueTask SkipBadAsync(Exception error)
    {
        var item = records.Current;
        var place = track.PlaceOf(in item);
        _bad++;
        if (bad.Handler is { } handler)
        {
            var record = new BadRecord<TRecord>
            {
                Value = track.RecordOf(in item),
                Place = place,
                Error = error,
                Count = _bad,
                Bytes = track.BytesOf(in item),
            };
            await handler(record, cancellationToken).ConfigureAwait(false);
        }
        if (_bad > bad.Limit) throw TooMany(place, error);
        track.Pass(in item);
    }

    private async ValueTask<bool> MoveNextAsync(ValueTask<bool> next)
    {
        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (Exception cause) when (IsToBePlaced(cause))
        {
            throw Failed(cause);
        }
    }

    private static bool IsToBePlaced(Exception cause) => cause is not (OperationCanceledException or ExampleSourceException);

    private ExampleSourceException Failed(Exception cause)
    {
        var where = track.Last is { } last ? $"after {last}" : $"at {track.Beginning}";
        return new ExampleSourceException($"The stream failed {where}: {cause.Message}", track.Last, cause);
    }

    private ExampleSourceException TooMany(RecordPlace place, Exception error)
    {
        var many = bad.Limit == 0 ? "" : $" It is number {_bad}; {nameof(BadRecords<>.Limit)} allows {bad.Limit}.";
        return new ExampleSourceException(
            $"{Capital(place.ToString())} cannot be encoded: {error.Message}{many} To go on without such records, set "
            + $"{nameof(RecordOptions<>.BadRecords)}; to leave out records on purpose, let the encoder call "
            + $"{nameof(ExampleWriter)}.{nameof(ExampleWriter.Skip)}.", place, error);
    }

    private static string Capital(string text) => text.StartsWith("record", StringComparison.Ordinal) ? "R" + text[1..] : text;
}
