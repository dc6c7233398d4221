using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private readonly EventTimeRules _eventTimes;
    private readonly EventClock _events;
    private readonly HourlyGate _futureGate;
    private int _wasToldOfImplausible;

    /// <summary>
    /// The newest event time that a verb carried, in seconds since the Unix epoch; 0 before the first. A time that leads by more than
    /// <see cref="EmbeddingTableSetOptions.EventTimeSkew"/> waits to be confirmed, and one that leads the clock by more is not believed.
    /// </summary>
    public uint NewestEventTime => (uint)_events.Newest;

    /// <summary>When event times are believed.</summary>
    internal EventTimeRules EventTimes => _eventTimes;

    /// <summary>
    /// Takes back a newest event time that is too far ahead, so that rows expire again: it becomes the one given, unless it is earlier
    /// already. Every row that is stamped later, and would
    /// live until then, is stamped with it too; earlier ones stay. Goes in slices while other verbs go on; those under way may still write
    /// later times. Ids that an admission filter
    /// counts keep their times. A trainer has a newest event time of its own: use <c>OnlineTrainer.SetEventTimeBackAsync</c>.
    /// </summary>
    /// <param name="eventTime">The newest event time that is right, in seconds since the Unix epoch; 0 where none is known.</param>
    /// <returns>How many rows were stamped with it.</returns>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public long SetEventTimeBack(uint eventTime)
    {
        RequireOpen();
        var (before, now) = (DateOf(NewestEventTime), DateOf(eventTime));
        if (_events.SetBack(eventTime)) _log.EventTimeSetBack(Name, before, now);
        var (cursor, changed) = (new RowCursor(), 0L);
        try
        {
            foreach (var stripe in _stripes)
            {
                do Locked(stripe, locked => changed += locked.SetBackTimes(cursor, SliceRows, eventTime));
                while (cursor.IsOpen);
            }
        }
        finally
        {
            cursor.Abandon();
        }
        return changed;
    }

    /// <summary>Takes an event time that somebody else vouches for: the newest event time becomes it, unless it is ahead already.</summary>
    internal void BelieveEventTime(uint eventTime) => _events.Believe(eventTime);

    /// <summary>Takes the newest event time of imported rows.</summary>
    internal void BelieveImportedEventTime(uint eventTime)
    {
        if (eventTime < WallClock.FirstPlausibleSecond) TellOfFault(EventTimeFault.Implausible, eventTime);
        BelieveEventTime(eventTime);
    }

    /// <summary>Takes the newest event time of saved rows.</summary>
    internal void BelieveSavedEventTime(uint eventTime)
    {
        if (_eventTimes.IsFuture(eventTime)) _log.SavedEventTimeIsFuture(Name, DateOf(eventTime), _eventTimes.Now);
        BelieveEventTime(eventTime);
    }

    /// <summary>Whether rows may expire.</summary>
    internal bool HasExpiry => _expiry is not null;

    /// <summary>The trainer has seen the examples: it tells what is wrong with their times.</summary>
    internal void LeaveImplausibleTimesToTrainer() => Volatile.Write(ref _wasToldOfImplausible, 1);

    /// <returns>The time that rows are to be written with: the newest where none is given, an earlier one where it is doubted.</returns>
    private uint Advance(uint eventTime)
    {
        if (!_room.IsPart) return (uint)Math.Min(_events.Observe(eventTime), uint.MaxValue);
        return eventTime == 0 ? NewestEventTime : eventTime;
    }

    private void TellOfFault(EventTimeFault fault, long time)
    {
        if (fault == EventTimeFault.Future)
        {
            if (_futureGate.TryEnter()) _log.EventTimeIsFuture(Name, DateOf(time), _eventTimes.Now);
            return;
        }
        if (_expiry is null || _events.Newest >= WallClock.FirstPlausibleSecond) return;
        if (Interlocked.Exchange(ref _wasToldOfImplausible, 1) == 0) _log.EventTimeIsImplausible(Name, time);
    }

    private static DateTimeOffset DateOf(long eventTime) => DateTimeOffset.FromUnixTimeSeconds(eventTime);
}
