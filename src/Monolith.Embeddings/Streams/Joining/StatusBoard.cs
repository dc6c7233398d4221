using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Index;
using Monolith.Embeddings.Streams.Joining.Reading;
using Monolith.Embeddings.Streams.Joining.State;

namespace Monolith.Embeddings.Streams.Joining;

/// <summary>What a joiner shows of itself. The reading updates it; any thread looks.</summary>
internal sealed class StatusBoard(
    JoinMachine machine, ReorderBuffer buffer, DecisionBook book, JoinIndex index, JoinStore store, OnlineJoinerOptions options,
    TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _farAhead = [];
    private readonly HourlyGate _lateGate = new(time);
    private long _late;
    private OnlineJoinerStatus _status;
    private PartitionReading? _reading;
    private JoinDecisions _decisions = JoinDecisions.None;
    private IReadOnlyList<JoinerDecision> _shownDecisions = [];
    private IReadOnlyList<JoinPartition> _partitions = [];
    private IReadOnlyList<string> _withoutRecords = [];

    /// <summary>What was last shown.</summary>
    public OnlineJoinerStatus Status
    {
        get
        {
            lock (_lock) return _status;
        }
    }

    /// <summary>Begins to show a reading: what it counts from here on is new.</summary>
    public void Begin(PartitionReading reading, IReadOnlyList<JoinPartition> partitions)
    {
        (_reading, _partitions, _withoutRecords) = (reading, partitions, []);
        foreach (var partition in partitions) _farAhead[partition.Name] = partition.Track.FarAhead;
        _late = partitions.Sum(partition => partition.Track.Late);
        Show(Look());
    }

    /// <summary>Shows how it is now, and counts for the meter.</summary>
    public void Update()
    {
        var now = Look();
        JoinerMeter.Count(in now, Status);
        LogFarAhead();
        if (now.Late > _late && options.Logger is { } logger && _lateGate.TryEnter()) logger.CameTooLate(now.Late, options.AllowedLateness);
        _late = now.Late;
        Show(now);
    }

    private void Show(OnlineJoinerStatus status)
    {
        lock (_lock) _status = status;
    }

    private OnlineJoinerStatus Look()
    {
        ref readonly var counts = ref machine.Counts;
        var (late, farAhead) = (0L, 0L);
        foreach (var partition in _partitions)
        {
            late += partition.Track.Late;
            farAhead += partition.Track.FarAhead;
        }
        var watermark = _reading!.Watermark(out var slowest);
        var decisions = book.Current;
        return new OnlineJoinerStatus
        {
            Joined = counts.Joined,
            Defaults = counts.Defaults,
            LatePositives = counts.LatePositives,
            Duplicates = counts.Duplicates,
            DuplicateActions = counts.DuplicateActions,
            Conflicts = counts.Conflicts,
            Unmatched = counts.Unmatched,
            AfterClose = counts.AfterClose,
            Late = late,
            FarAhead = farAhead,
            Clamped = counts.Clamped,
            Forgotten = counts.Forgotten,
            OpenImpressions = machine.OpenImpressions,
            WaitingRecords = buffer.Count,
            HeldPartitions = _reading.HeldPartitions,
            SlowestPartition = slowest,
            LogsWithoutRecords = WithoutRecords(),
            Watermark = TimeOf(watermark),
            ClockDecisions = decisions.Silences,
            SetBacks = decisions.SetBacks,
            Decisions = Shown(decisions),
            MemoryBytes = store.MemoryBytes + index.Bytes,
            DiskBytes = store.DiskBytes,
            DiskReads = store.DiskReads,
        };
    }

    private IReadOnlyList<string> WithoutRecords()
    {
        var count = 0;
        foreach (var partition in _partitions) count += IsWithoutRecords(partition) ? 1 : 0;
        // A log that has brought one is none of them again within a reading.
        return count == _withoutRecords.Count
            ? _withoutRecords
            : _withoutRecords = [.. _partitions.Where(IsWithoutRecords).Select(partition => partition.Name)];

        static bool IsWithoutRecords(JoinPartition partition) => partition.Track.Number == 0 && !partition.Track.IsEnded;
    }

    private IReadOnlyList<JoinerDecision> Shown(JoinDecisions decisions)
    {
        if (decisions.Kept.Count == 0) return [];
        if (ReferenceEquals(decisions, _decisions)) return _shownDecisions;
        _decisions = decisions;
        return _shownDecisions =
        [
            .. decisions.Kept.Select(decision => new JoinerDecision
            {
                Kind = decision.Kind,
                Log = decision.Log,
                AfterRecord = decision.AfterRecord,
                MadeAt = DateTimeOffset.FromUnixTimeMilliseconds(decision.MadeAt),
                RaisedAt = DateTimeOffset.FromUnixTimeMilliseconds(decision.RaisedAt),
                From = TimeOf(decision.From),
                To = DateTimeOffset.FromUnixTimeMilliseconds(decision.To),
                Frontier = TimeOf(decision.Frontier),
            }),
        ];
    }

    // A time before the year 1 is a lateness before the first records.
    private static DateTimeOffset? TimeOf(long milliseconds) =>
        milliseconds is long.MinValue or long.MaxValue
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(milliseconds, JoinLimits.EarliestTime));

    private void LogFarAhead()
    {
        if (options.Logger is not { } logger) return;
        foreach (var partition in _partitions)
        {
            var dropped = partition.Track.FarAhead - _farAhead[partition.Name];
            _farAhead[partition.Name] = partition.Track.FarAhead;
            if (dropped > 0) logger.LayFarAhead(dropped, partition.Name, options.MaxJump);
        }
    }
}
