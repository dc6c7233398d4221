using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>
/// How far a partition has come, which of its records are late, and where it goes on. What it decides depends on its own records and on
/// recorded decisions alone, so that reading them again decides the same. Not thread-safe.
/// </summary>
/// <param name="index">The index of the partition.</param>
/// <param name="name">Its name.</param>
/// <param name="settings">How times are judged.</param>
/// <param name="buffer">Receives what is to be processed.</param>
/// <param name="book">Keeps decisions.</param>
internal sealed partial class PartitionTrack(
    int index, string name, PartitionSettings settings, ReorderBuffer buffer, DecisionBook book)
{
    private readonly ArrivalRing _arrivals = new();
    private PartitionPlace _read = PartitionPlace.Start;
    private PartitionPlace _done = PartitionPlace.Start;
    private long _through, _fromThrough, _from = long.MinValue;

    /// <summary>Where it is read on.</summary>
    public LogPosition Place => _read.Log;

    /// <summary>The greatest event time so far; <see cref="long.MinValue"/> where there is none.</summary>
    public long Greatest => _read.Greatest;

    /// <summary>How many records were late.</summary>
    public long Late => _read.Late;

    /// <summary>How many records were dropped since nothing confirmed their times.</summary>
    public long FarAhead => _read.FarAhead;

    /// <summary>How many records were read.</summary>
    public long Number => _read.Number;

    /// <summary>Whether the log has ended.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether it has come as far as can be.</summary>
    public bool IsComplete => IsEnded && settings.CloseAtEnd;

    /// <summary>No record before this comes any more, unless it is late.</summary>
    public long Watermark => IsComplete ? long.MaxValue : IsRepeating ? long.MinValue : Before(Greatest);

    /// <summary>Begins to read.</summary>
    /// <param name="position">Where.</param>
    /// <param name="witnesses">What its start is compared with; null where that is not known yet.</param>
    /// <param name="processed">Everything up to this time is processed.</param>
    public void Begin(in PartitionPosition position, long[]? witnesses, long processed)
    {
        (_from, _fromThrough) = (processed, position.Through);
        _arrivals.Clear();
        _held.Clear();
        (_read, _done, _through, IsEnded) = (position.Place, position.Place, position.Through, false);
        (_witnesses, _first) = (witnesses, position.First);
        BeginRepeating(processed);
    }

    /// <summary>Where it goes on behind all that is processed.</summary>
    public PartitionPosition Position => new(name, _done, Math.Max(_through, _done.Number), _first);

    /// <summary>Passes a record that says nothing.</summary>
    /// <param name="behind">The place after it.</param>
    /// <param name="processed">Everything up to this time is processed.</param>
    public void Pass(LogPosition behind, long processed)
    {
        Pass(behind);
        Repeat(processed);
    }

    /// <summary>Takes a record.</summary>
    /// <param name="behind">The place after it.</param>
    /// <param name="phase">What it is.</param>
    /// <param name="time">Its event time.</param>
    /// <param name="entry">Its entry; its time may be changed.</param>
    /// <param name="processed">Everything up to this time is processed.</param>
    public void Take(LogPosition behind, RecordPhase phase, long time, Span<byte> entry, long processed)
    {
        Pass(behind);
        Judge(behind, _read.Number, phase, time, entry, processed);
        Repeat(processed);
    }

    /// <summary>The log has ended.</summary>
    /// <param name="processed">Everything up to this time is processed.</param>
    public void End(long processed)
    {
        IsEnded = true;
        ForgetRepeated(processed);
        if (IsComplete) SettleHeld(processed);
    }

    /// <summary>A record of it is processed.</summary>
    /// <param name="arrival">Its number among the arrivals.</param>
    public void Processed(long arrival)
    {
        ref var item = ref _arrivals[arrival];
        item.IsProcessed = true;
        _through = Math.Max(_through, item.DecidedAt);
        PassProcessed();
    }

    private void Pass(LogPosition behind) => _read = _read with { Log = behind, Number = _read.Number + 1 };

    private void PassProcessed()
    {
        while (!_arrivals.IsEmpty && _arrivals.First.IsProcessed)
        {
            if (_arrivals.First.IsCut) _done = _arrivals.First.Behind;
            _arrivals.PassFirst();
        }
    }

    private long Before(long greatest) => greatest == long.MinValue ? greatest : greatest - settings.Lateness;

    private void Admit(Arrival arrival, RecordPhase phase, long time, Span<byte> entry, long processed)
    {
        var watermark = Before(Greatest);
        _read = _read with { Greatest = Math.Max(Greatest, time) };
        var isLate = time < watermark || time <= _read.Floor;
        if (isLate && phase == RecordPhase.Action && settings.EmitsLateActions)
        {
            (isLate, time) = (false, Math.Max(watermark, _read.Floor + 1));
            JoinEntryHead.SetTime(entry, time);
        }
        // What is read again may be processed already; what comes now for a time that has passed cannot be any more.
        var willBeDropped = WillBeDropped(time);
        var isOld = time <= _from && arrival.Behind.Number <= _fromThrough && !willBeDropped;
        if (isLate || (time <= processed && !isOld && !willBeDropped))
        {
            if (phase != RecordPhase.Punctuation) _read = _read with { Late = _read.Late + 1 };
            return;
        }
        (arrival.Time, arrival.DecidedAt) = (time, Number);
        if (_lastAgain > 0)
        {
            // Records are judged again as one, by what holds after the last of them.
            arrival.IsCut = arrival.Behind.Number == _lastAgain;
            if (arrival.IsCut) arrival.Behind = _read;
        }
        arrival.Behind = _read with { Log = arrival.Behind.Log, Number = arrival.Behind.Number };
        var number = _arrivals.Add(in arrival);
        if (isOld) Processed(number);
        else buffer.Add(new BufferedRecord { Time = time, Arrival = number, Partition = index, Phase = phase }, entry);
    }
}
