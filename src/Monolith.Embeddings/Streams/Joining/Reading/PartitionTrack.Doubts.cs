namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <content>Times that are not believed at once.</content>
internal sealed partial class PartitionTrack
{
    /// <summary>How many times as many records as are to agree are held at the start.</summary>
    public const int MostAtStart = 4;

    /// <summary>How many records behind a leap are read however far it goes ahead of other partitions.</summary>
    public const int ReadBehindLeap = 1024;

    private readonly List<HeldRecord> _held = [];
    private TimeDoubt _doubt;
    private long _lastAgain;
    private long[]? _witnesses;
    private long _first;

    /// <summary>Whether no time is believed yet.</summary>
    public bool IsStarting => Greatest == long.MinValue;

    /// <summary>The first time that it has brought, while none is believed.</summary>
    public long? First => IsStarting && _held.Count > 0 ? _held[0].Time : null;

    /// <summary>Whether it has a first record, and is to be compared with those of the others before it is read on.</summary>
    public bool AwaitsOthers => IsStarting && _held.Count > 0 && _witnesses is null;

    /// <summary>Whether its times leapt, confirmed by itself alone, so few records ago that they may still turn out wrong.</summary>
    public bool HasLeapt => Number - _read.Leap < ReadBehindLeap;

    /// <summary>Compares its start with the first times of others.</summary>
    /// <param name="times">The first times of the others.</param>
    /// <param name="processed">Everything up to this time is processed.</param>
    public void Compare(long[] times, long processed)
    {
        if (_witnesses is not null) return;
        (_witnesses, _first) = (times, First ?? long.MinValue);
        if (First is not null) Start(processed);
    }

    private void Judge(LogPosition behind, long number, RecordPhase phase, long time, Span<byte> entry, long processed)
    {
        var doubt = DoubtOf(time);
        if (_held.Count > 0 && !(doubt == _doubt && Agrees(time))) GiveUpHeld(processed);
        if (doubt == TimeDoubt.None)
        {
            Admit(new Arrival { Behind = _read with { Log = behind, Number = number }, IsCut = true }, phase, time, entry, processed);
            return;
        }
        _doubt = doubt;
        _held.Add(new HeldRecord(behind, number, phase, time, entry.ToArray()));
        if (doubt == TimeDoubt.Start) Start(processed);
        else if (doubt == TimeDoubt.Ahead && _held.Count == settings.Confirmations) Leap(processed);
        else if (doubt == TimeDoubt.Behind && _held.Count == settings.Confirmations) SetBack(processed);
    }

    private TimeDoubt DoubtOf(long time)
    {
        if (IsStarting) return TimeDoubt.Start;
        if (time > Greatest + settings.MaxJump) return TimeDoubt.Ahead;
        return time < _read.Era - settings.MaxJump && time < Before(Greatest) ? TimeDoubt.Behind : TimeDoubt.None;
    }

    private bool Agrees(long time) => _doubt switch
    {
        TimeDoubt.Ahead => time >= _held[0].Time - settings.MaxJump,
        TimeDoubt.Behind => AreNear(time, _held[^1].Time),
        _ => true,
    };

    private bool AreNear(long left, long right) => Math.Abs(left - right) <= settings.MaxJump;

    // The newest record begins the partition where enough others of it, or the start of another partition, are near it.
    private void Start(long processed)
    {
        if (_witnesses is null) return;
        var time = _held[^1].Time;
        var isShared = Array.Exists(_witnesses, witness => AreNear(witness, time));
        if (isShared || _held.Count(held => AreNear(held.Time, time)) >= settings.Confirmations)
        {
            _read = _read with { FarAhead = _read.FarAhead + _held.RemoveAll(held => !AreNear(held.Time, time)) };
            BeginEra(isShared ? PartitionPlace.NoLeap : Number);
            AdmitHeld(processed);
        }
        else if (_held.Count == MostAtStart * settings.Confirmations)
        {
            // Too few of so many are near one another: the log's records are far apart, and it begins with the first.
            _read = _read with { Greatest = _held[0].Time, Era = _held[0].Time, Leap = Number };
            JudgeAgain(processed);
        }
    }

    private void Leap(long processed)
    {
        BeginEra(Number);
        AdmitHeld(processed);
    }

    private void BeginEra(long leap) => _read = _read with { Era = _held.Min(held => held.Time), Leap = leap };

    // A complete log has ended: no record contradicts those that are ahead, or that began it, or confirms those behind.
    private void SettleHeld(long processed)
    {
        if (_held.Count == 0) return;
        if (_doubt == TimeDoubt.Behind) AdmitHeld(processed, isCut: false);
        else
        {
            // In the order of times, where none is believed: so none is late.
            if (IsStarting) _held.Sort((left, right) => left.Time != right.Time
                ? left.Time.CompareTo(right.Time)
                : left.Number.CompareTo(right.Number));
            BeginEra(Number);
            AdmitHeld(processed, isCut: false);
        }
    }

    private void GiveUpHeld(long processed)
    {
        if (_doubt == TimeDoubt.Ahead) _read = _read with { FarAhead = _read.FarAhead + _held.Count };
        else
        {
            foreach (var held in _held)
            {
                // No reading begins behind it: the clock might decide there, before the record that ended the holding is read again.
                var arrival = new Arrival { Behind = _read with { Log = held.Log, Number = held.Number } };
                Admit(arrival, held.Phase, held.Time, held.Entry, processed);
            }
        }
        _held.Clear();
    }

    // As one: a place between them would forget that they were held; and one behind them, that it was the end that decided.
    private void AdmitHeld(long processed, bool isCut = true)
    {
        for (var i = 0; i < _held.Count; i++)
        {
            var (held, isLast) = (_held[i], i == _held.Count - 1);
            var behind = isLast && _lastAgain == 0 ? _read : _read with { Log = held.Log, Number = held.Number };
            Admit(new Arrival { Behind = behind, IsCut = isLast && isCut }, held.Phase, held.Time, held.Entry, processed);
        }
        _held.Clear();
    }

    private void JudgeAgain(long processed)
    {
        if (_held.Count == 0) return;
        HeldRecord[] held = [.. _held];
        _held.Clear();
        _lastAgain = held[^1].Number;
        foreach (var record in held) Judge(record.Log, record.Number, record.Phase, record.Time, record.Entry, processed);
        _lastAgain = 0;
    }
}
