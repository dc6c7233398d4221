using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>Follows the places of several logs that are read together.</summary>
/// <param name="from">Where the reading begins.</param>
/// <param name="nameOf">What the logs call the record before a place; null where they have no names.</param>
internal sealed class PartitionedTrack<TRecord>(PartitionPlaces from, Func<LogPosition, string?> nameOf)
    : IRecordTrack<LogRecord<TRecord>, TRecord>
{
    private readonly Dictionary<string, LogPosition> _places = from.All.ToDictionary(place => place.Log, StringComparer.Ordinal);
    private long _count;
    private (LogPosition Place, LogRecord<TRecord> Item) _last;

    public StreamPosition Position => new PartitionPlaces(_places.Values).ToStreamPosition();

    public string Beginning => from.IsStart ? "its beginning" : from.ToString();

    // Names are texts: made for messages alone.
    public RecordPlace? Last => _count == 0 ? null : PlaceOf(_count, _last.Place, in _last.Item);

    public TRecord RecordOf(in LogRecord<TRecord> item) => item.Value;

    public void Require(in LogRecord<TRecord> item)
    {
        if (item.Error is { } error) ExceptionDispatchInfo.Throw(error);
    }

    public ReadOnlyMemory<byte> BytesOf(in LogRecord<TRecord> item) => item.Bytes;

    public RecordPlace PlaceOf(in LogRecord<TRecord> item) => PlaceOf(_count + 1, BeginningOf(in item), in item);

    public void Pass(in LogRecord<TRecord> item)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, item.Next.Log, out _);
        _last = (item.Offset is { } offset ? item.Next.At(offset) : place, item);
        place = item.Next;
        _count++;
    }

    private RecordPlace PlaceOf(long number, LogPosition place, in LogRecord<TRecord> item) => new()
    {
        Number = number,
        Log = place,
        IsOffsetKnown = item.Offset is not null,
        Line = item.Line,
        Name = nameOf(item.Next),
    };

    private LogPosition BeginningOf(in LogRecord<TRecord> item) =>
        item.Offset is { } offset ? item.Next.At(offset)
        : _places.TryGetValue(item.Next.Log, out var place) ? place : item.Next.At(0);
}
