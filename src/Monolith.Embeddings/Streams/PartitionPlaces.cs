using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Where a stream of several logs goes on: a place in each of them, such as an offset in each partition of a topic. Immutable;
/// thread-safe.
/// </summary>
public sealed record PartitionPlaces
{
    private const uint Form = 0x50_6C_61_63;

    /// <summary>The most logs: 65,536.</summary>
    public const int MaxLogs = 65_536;

    private readonly ValueList<LogPosition> _all;

    /// <summary>Creates it.</summary>
    /// <param name="places">A place in each log, in any order; none of them is the start.</param>
    /// <exception cref="ArgumentException">A log stands twice, has no name, or there are too many.</exception>
    public PartitionPlaces(IEnumerable<LogPosition> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        LogPosition[] all = [.. places.OrderBy(place => place.Log, StringComparer.Ordinal)];
        if (all.Length > MaxLogs) throw new ArgumentException($"{all.Length} logs; at most {MaxLogs} are read together.", nameof(places));
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Log.Length == 0) throw new ArgumentException("A log has no name.", nameof(places));
            if (i > 0 && all[i].Log == all[i - 1].Log) throw new ArgumentException($"Log '{all[i].Log}' stands twice.", nameof(places));
        }
        _all = new ValueList<LogPosition>(all);
    }

    /// <summary>The start: no log was read.</summary>
    public static PartitionPlaces Start { get; } = new([]);

    /// <summary>The places, in the ordinal order of the logs' names.</summary>
    public IReadOnlyList<LogPosition> All => _all;

    /// <summary>Whether no log was read.</summary>
    public bool IsStart => _all.Count == 0;

    /// <summary>The place in a log; null where it was not known.</summary>
    /// <param name="log">Its name.</param>
    public LogPosition? Find(string log)
    {
        foreach (var place in _all)
        {
            if (place.Log == log) return place;
        }
        return null;
    }

    /// <summary>Reads a position that a <see cref="PartitionedSource{TRecord}"/> made.</summary>
    /// <param name="position">The position.</param>
    /// <exception cref="ArgumentException">Another source made it.</exception>
    public static PartitionPlaces From(StreamPosition position)
    {
        if (position.IsStart) return Start;
        try
        {
            var fields = new FieldReader(position.Bytes.Span);
            if (fields.UInt32() != Form) throw new FormatException("It has another form.");
            var places = fields.List(MaxLogs, "logs", static (ref FieldReader item) =>
                new LogPosition(item.Text(LogPosition.MaxLogBytes), item.Int64(), item.Int64()));
            fields.End();
            return new PartitionPlaces(places);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw ForeignPosition.Of(position, "this source", ", whose positions hold a place in each of its partitions", error);
        }
    }

    /// <summary>These places as a position of a stream.</summary>
    public StreamPosition ToStreamPosition()
    {
        if (IsStart) return StreamPosition.Start;
        var fields = new FieldWriter();
        fields.UInt32(Form);
        fields.List(_all, static (item, place) =>
        {
            item.Text(place.Log, LogPosition.MaxLogBytes);
            item.Int64(place.Offset);
            item.Int64(place.Tie);
        });
        return new StreamPosition(fields.Written.ToArray());
    }

    /// <summary>The places, as messages show them.</summary>
    public override string ToString() => IsStart ? "the start" : string.Join("; ", _all.Select(place => place.ToString()));
}
