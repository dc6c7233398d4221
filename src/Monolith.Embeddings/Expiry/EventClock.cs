namespace Monolith.Embeddings.Expiry;

/// <summary>
/// The newest event time of a stream, its watermark, which one wrong clock cannot push ahead: a time that is further beyond it than a stated skew counts
/// only once several in a row lie there. A jump that was wrong would expire every row that has a time to live. The first time that is not 0 is believed.
/// </summary>
/// <remarks>
/// Thread-safe. A time that is believed takes no lock; one that is doubted does. With one writer the answers follow from the sequence of times alone. With
/// several, "in a row" is in the order in which their calls come here. In any unit: a table counts calls in seconds, the trainer examples in milliseconds.
/// </remarks>
/// <param name="skew">How far a single time may lead, at least 1.</param>
/// <param name="confirmations">How many times in a row must lie beyond that to be believed, at least 1; with 1 nothing is doubted.</param>
internal sealed class EventClock(long skew, int confirmations)
{
    private readonly Lock _doubting = new();
    private long _newest;
    private long _doubted;
    private int _witnesses;
    private long _clamped;

    /// <summary>The watermark; 0 before the first event.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>How many times were clamped.</summary>
    public long Clamped => Volatile.Read(ref _clamped);

    /// <summary>Takes note of a time.</summary>
    /// <param name="time">When something happened; what lies before 0 counts as 0.</param>
    /// <returns>The time itself, or the watermark and the skew where it is doubted.</returns>
    public long Observe(long time)
    {
        time = Math.Max(time, 0);
        if (!IsInReach(time, Newest)) return Doubt(time);
        Advance(time);
        if (Volatile.Read(ref _witnesses) != 0) Trust();
        return time;
    }

    /// <summary>Takes a time that somebody else vouches for: the watermark becomes it, unless it is ahead already.</summary>
    public void Believe(long time)
    {
        Advance(time);
        Trust();
    }

    /// <summary>All that it knows, for another clock to go on from.</summary>
    public EventClockState State
    {
        get
        {
            lock (_doubting) return new EventClockState(_newest, _doubted, _witnesses, _clamped);
        }
        set
        {
            lock (_doubting) (_newest, _doubted, _witnesses, _clamped) = value;
        }
    }

    private bool IsInReach(long time, long newest) => newest == 0 || time - newest <= skew;

    private void Advance(long time)
    {
        for (var newest = Newest; time > newest;)
        {
            var found = Interlocked.CompareExchange(ref _newest, time, newest);
            if (found == newest) return;
            newest = found;
        }
    }

    private void Trust()
    {
        lock (_doubting) Volatile.Write(ref _witnesses, 0);
    }

    private long Doubt(long time)
    {
        lock (_doubting)
        {
            if (IsInReach(time, Newest))
            {
                // Another thread was here meanwhile.
                Advance(time);
                return time;
            }
            // The least of the doubted times is believed first: it is the one that all of them confirm.
            _doubted = _witnesses == 0 ? time : Math.Min(_doubted, time);
            Volatile.Write(ref _witnesses, _witnesses + 1);
            if (_witnesses >= confirmations)
            {
                Advance(_doubted);
                Volatile.Write(ref _witnesses, 0);
            }
            if (IsInReach(time, Newest)) return time;
            Volatile.Write(ref _clamped, _clamped + 1);
            return Newest + skew;
        }
    }
}
