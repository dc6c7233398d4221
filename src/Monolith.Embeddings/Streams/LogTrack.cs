using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Follows the places of a log.</summary>
/// <param name="from">Where the reading begins.</param>
internal sealed class LogTrack<TRecord>(LogPosition from) : IRecordTrack<LogRecord<TRecord>, TRecord>
{
    private LogPosition _next = from;
    private long _count;

    public StreamPosition Position => _next.ToStreamPosition();

    public string Beginning { get; } = from.IsStart ? "its beginning" : from.ToString();

    public RecordPlace? Last { get; private set; }

    public TRecord RecordOf(in LogRecord<TRecord> item) => item.Value;

    // In another log than the record before, it begins there somewhere before its end.
    public RecordPlace PlaceOf(in LogRecord<TRecord> item) => new()
    {
        Number = _count + 1,
        Log = item.Next.Log == _next.Log ? _next : new LogPosition(item.Next.Log, 0),
        Line = item.Line,
    };

    public void Pass(in LogRecord<TRecord> item)
    {
        Last = PlaceOf(in item);
        _next = item.Next;
        _count++;
    }
}
