namespace Monolith.Embeddings.Expiry.EventTimes;

/// <summary>
/// The newest event time of a stream, its watermark, which no single wrong clock can push ahead: a time that is later than the host's clock
/// and a stated skew is never believed; one that leads the watermark by more than the skew counts only once enough others lie there. A jump
/// that was wrong would expire every row that has a time to live. The first time that is not 0 is believed on trial: while it is, enough
/// times far behind it take the watermark back.
/// </summary>
/// <remarks>
/// Thread-safe. A time that is believed takes no lock, unless others are doubted or the watermark is on trial. With one writer the answers
/// follow from the sequence of times, and from the host's clock where times are later than that. In any unit: a table counts calls in
/// seconds, the trainer examples in milliseconds.
/// </remarks>
/// <param name="skew">How far a single time may lead, at least 1.</param>
/// <param name="confirmations">How many witnesses a time needs that leads by more, at least 1; with 1 nothing is doubted.</param>
/// <param name="wall">The host's clock; null where it is not asked.</param>
/// <param name="told">Told of each time that has a fault; may be null.</param>
internal sealed class EventClock(long skew, int confirmations, WallClock? wall = null, Action<EventTimeFault, long>? told = null)
{
    // The clock was not asked yet.
    private const long Unasked = long.MinValue;

    private readonly Lock _judging = new();
    private long _newest;
    private long _doubted, _ahead, _confirmed;
    private int _witnesses;
    private int _support;
    private bool _isSettled;
    private long _clamped, _future, _late, _implausible;

    /// <summary>The watermark; 0 before the first event.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>What happened to times.</summary>
    public EventTimeCounts Counts =>
        new()
        {
            Clamped = Volatile.Read(ref _clamped),
            Future = Volatile.Read(ref _future),
            Late = Volatile.Read(ref _late),
            Implausible = Volatile.Read(ref _implausible)
        };

    /// <summary>Takes note of a time.</summary>
    /// <param name="time">When something happened; 0 or less where that is not known.</param>
    /// <returns>The time itself; the watermark where it is not known; the watermark and the skew where it is doubted, or 0 where there is
    /// no watermark yet.</returns>
    public long Observe(long time)
    {
        var now = Unasked;
        return Observe(time, ref now);
    }

    /// <summary>Takes note of the times of a batch, in their order. Asks the host's clock once at most.</summary>
    public void Observe(ReadOnlySpan<long> times)
    {
        var now = Unasked;
        foreach (var time in times) Observe(time, ref now);
    }

    /// <summary>Takes a time that the caller guarantees: the watermark becomes it, unless it is ahead already.</summary>
    public void Confirm(long time)
    {
        Advance(time);
        lock (_judging) Settle();
    }

    /// <summary>Takes the watermark back, because the caller guarantees an earlier one.</summary>
    /// <returns>False where it was not later; nothing changed.</returns>
    public bool SetBack(long time)
    {
        lock (_judging)
        {
            if (_newest <= time) return false;
            Volatile.Write(ref _newest, time);
            Settle();
            return true;
        }
    }

    /// <summary>Takes a watermark that was found elsewhere, later or earlier.</summary>
    public void Set(long time)
    {
        if (Newest == time) return;
        lock (_judging)
        {
            Volatile.Write(ref _newest, time);
            Settle();
        }
    }

    /// <summary>All that it knows, for another clock to go on from.</summary>
    public EventClockState State
    {
        get
        {
            lock (_judging) return new EventClockState(_newest, _doubted, _ahead, _confirmed, _witnesses, _support, Counts);
        }
        set
        {
            lock (_judging)
            {
                (_newest, _doubted, _ahead, _confirmed) = (value.Newest, value.Doubted, value.Ahead, value.Confirmed);
                (_witnesses, _support) = (value.Witnesses, Math.Min(value.Support, confirmations));
                var counts = value.Counts;
                (_clamped, _future, _late, _implausible) = (counts.Clamped, counts.Future, counts.Late, counts.Implausible);
                NoteWhetherSettled();
            }
        }
    }

    private long Observe(long time, ref long now)
    {
        if (time < (wall?.FirstPlausible ?? 1)) Count(ref _implausible, EventTimeFault.Implausible, time);
        var newest = Newest;
        if (time <= 0) return newest;
        if (time > newest && IsFuture(time, ref now))
        {
            Interlocked.Increment(ref _clamped);
            Count(ref _future, EventTimeFault.Future, time);
            return newest == 0 ? 0 : Math.Min(time, newest + skew);
        }
        if (!IsInReach(time, newest)) return Doubt(time);
        if (newest - time > skew)
        {
            Interlocked.Increment(ref _late);
            if (!Volatile.Read(ref _isSettled)) Contradict(time);
            return time;
        }
        Advance(time);
        if (!Volatile.Read(ref _isSettled)) Agree();
        return time;
    }

    private void Count(ref long count, EventTimeFault fault, long time)
    {
        Interlocked.Increment(ref count);
        told?.Invoke(fault, time);
    }

    private bool IsFuture(long time, ref long now)
    {
        if (wall is null) return false;
        if (now == Unasked) now = wall.Latest;
        // A clock may say anything, also what is long before the epoch.
        return time > now && (ulong)(time - now) > (ulong)skew;
    }

    private bool IsInReach(long time, long newest) => newest != 0 && time - newest <= skew;

    private void Advance(long time)
    {
        for (var newest = Newest; time > newest;)
        {
            var found = Interlocked.CompareExchange(ref _newest, time, newest);
            if (found == newest) return;
            newest = found;
        }
    }

    private void Settle()
    {
        (_confirmed, _witnesses, _support) = (0, 0, confirmations);
        NoteWhetherSettled();
    }

    private void NoteWhetherSettled() => Volatile.Write(ref _isSettled, _witnesses == 0 && _support >= confirmations);

    // A time near the watermark speaks for it, and against those that are doubted.
    private void Agree()
    {
        lock (_judging)
        {
            if (_witnesses > 0) _witnesses--;
            if (_support < confirmations) _support++;
            NoteWhetherSettled();
        }
    }

    // A time far behind a watermark that is on trial.
    private void Contradict(long time)
    {
        lock (_judging)
        {
            if (_support >= confirmations) return;
            if (--_support > -confirmations) return;
            Volatile.Write(ref _newest, time);
            (_confirmed, _witnesses, _support) = (0, 0, 1);
        }
    }

    private long Doubt(long time)
    {
        lock (_judging)
        {
            if (_newest == 0)
            {
                Advance(time);
                _support = 1;
                NoteWhetherSettled();
                return time;
            }
            // Another thread may have been here meanwhile, or the time is near those that were confirmed.
            if (IsInReach(time, Reached))
            {
                Advance(time);
                return time;
            }
            AddWitness(time);
            if (IsInReach(time, Reached)) return time;
            Interlocked.Increment(ref _clamped);
            return _newest + skew;
        }
    }

    private long Reached => Math.Max(_newest, _confirmed);

    // The least of the doubted times is believed first: it is the one that all of them confirm. What follows from it as in any stream is
    // near it.
    private void AddWitness(long time)
    {
        if (_witnesses == 0) (_doubted, _ahead) = (time, time);
        else if (time - _ahead <= skew) _ahead = _doubted - time > skew ? time : Math.Max(_ahead, time);
        _doubted = Math.Min(_doubted, time);
        if (++_witnesses >= confirmations)
        {
            Advance(_doubted);
            Settle();
            _confirmed = _ahead;
        }
        NoteWhetherSettled();
    }
}
