using System.Runtime.ExceptionServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Follows the places of a log.</summary>
/// <param name="from">Where the reading begins.</param>
/// <param name="nameOf">What the log calls the record before a place; null where it has no names.</param>
internal sealed class LogTrack<TRecord>(LogPosition from, Func<LogPosition, string?> nameOf) : IRecordTrack<LogRecord<TRecord>, TRecord>
{
    private readonly LogPosition _from = from;
    private LogPosition _next = from, _lastPlace;
    private long _count, _lastLine;
    private bool _isLastOffsetKnown;

    public StreamPosition Position => _next.ToStreamPosition();

    public string Beginning => _from.IsStart ? "its beginning" : nameOf(_from) ?? _from.ToString();

    // Names are texts: made for messages alone.
    public RecordPlace? Last => _count == 0 ? null : PlaceOf(_count, _lastPlace, _isLastOffsetKnown, _next, _lastLine);

    public TRecord RecordOf(in LogRecord<TRecord> item) => item.Value;

    public void Require(in LogRecord<TRecord> item)
    {
        if (item.Error is { } error) ExceptionDispatchInfo.Throw(error);
    }

    public ReadOnlyMemory<byte> BytesOf(in LogRecord<TRecord> item) => item.Bytes;

    public RecordPlace PlaceOf(in LogRecord<TRecord> item) =>
        PlaceOf(_count + 1, BeginningOf(in item), item.Offset is not null, item.Next, item.Line);

    public void Pass(in LogRecord<TRecord> item)
    {
        (_lastPlace, _isLastOffsetKnown, _lastLine) = (BeginningOf(in item), item.Offset is not null, item.Line);
        _next = item.Next;
        _count++;
    }

    private RecordPlace PlaceOf(long number, LogPosition place, bool isOffsetKnown, LogPosition next, long line) =>
        new() { Number = number, Log = place, IsOffsetKnown = isOffsetKnown, Line = line, Name = nameOf(next) };

    // In another log than the record before, it begins there somewhere before its end.
    private LogPosition BeginningOf(in LogRecord<TRecord> item) =>
        item.Offset is { } offset ? new LogPosition(item.Next.Log, offset)
        : item.Next.Log == _next.Log ? _next : new LogPosition(item.Next.Log, 0);
}
