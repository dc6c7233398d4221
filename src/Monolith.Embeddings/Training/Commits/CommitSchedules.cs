using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// When a trainer commits, when replicas get dense weights, and tables of their own schedules, with a commit, and when the chain is folded.
/// What is due by the stream is noted after the batch with which it is, whenever it can be done: so its places are the same each time. Used
/// by the training thread; what it tells, by any.
/// </summary>
internal sealed class CommitSchedules
{
    private readonly TimeProvider _time;

    // The dense weights first.
    private readonly CommitPace[] _paces;
    private bool _wasSparseDue;
    private long _cutTime;

    /// <param name="options">The schedules; without bare time spans.</param>
    /// <param name="tables">Whose own schedules there are.</param>
    /// <param name="time">The clock.</param>
    public CommitSchedules(SynchronizationOptions options, IEnumerable<EmbeddingTableOptions> tables, TimeProvider time)
    {
        _time = time;
        Sparse = new ScheduleClock(ScheduleKind.Sparse, null, options.SparseEvery, time);
        _paces =
        [
            new(new ScheduleClock(ScheduleKind.Dense, null, options.DenseEvery, time), time),
            .. tables.Where(table => table.SparseEvery is not null).Select(table => new CommitPace(
                new ScheduleClock(ScheduleKind.Sparse, table.Name, table.SparseEvery!.Value.WithTimeByClock(), time), time)),
        ];
        Full = new ScheduleClock(ScheduleKind.Full, null, options.FullEvery, time);
    }

    /// <summary>When it commits.</summary>
    public ScheduleClock Sparse { get; }

    /// <summary>When replicas get the dense weights.</summary>
    public ScheduleClock Dense => _paces[0].Clock;

    /// <summary>When the chain is folded.</summary>
    public ScheduleClock Full { get; }

    /// <summary>All of them: of commits, of dense weights, of fulls, and of each table that has its own.</summary>
    public IEnumerable<ScheduleClock> Clocks => [Sparse, Dense, Full, .. _paces.Skip(1).Select(pace => pace.Clock)];

    /// <summary>Whether replicas get the dense weights with the commit that was begun.</summary>
    public bool GivesDense => _paces[0].IsGiven;

    /// <summary>The tables that replicas do not get with the commit that was begun.</summary>
    public IReadOnlyList<string> UnservedTables => [.. _paces.Skip(1).Where(pace => !pace.IsGiven).Select(pace => pace.Clock.Table!)];

    /// <summary>Whether a commit is due by what was learned, and was not cut yet.</summary>
    public bool IsSparseDue { get; private set; }

    /// <summary>Whether a folding is due by what was learned, and was not begun yet.</summary>
    public bool IsFullDue { get; private set; }

    /// <summary>What the commit that is being cut holds of the schedules.</summary>
    public IEnumerable<ScheduleState> States
    {
        get
        {
            if (Sparse.IsByStream) yield return Sparse.State();
            foreach (var pace in _paces.Where(pace => pace.IsByStream)) yield return pace.State;
            if (Full.IsByStream) yield return Full.State();
        }
    }

    /// <summary>
    /// How long until a table is due by the clock that replicas do not have as it is in the newest commit; though nothing is learned, it is
    /// to come to them then.
    /// </summary>
    /// <param name="behind">The tables that they do not have so.</param>
    public TimeSpan TableDueIn(IReadOnlyDictionary<string, ulong> behind)
    {
        var least = Timeout.InfiniteTimeSpan;
        if (behind.Count == 0) return least;
        foreach (var pace in _paces.AsSpan(1))
        {
            var left = pace.Clock.ClockDueIn;
            if (left == Timeout.InfiniteTimeSpan || !behind.ContainsKey(pace.Clock.Table!)) continue;
            if (least == Timeout.InfiniteTimeSpan || left < least) least = left;
        }
        return least;
    }

    /// <summary>Goes on from a commit. One of a version before says nothing of schedules: they begin there.</summary>
    /// <param name="states">What the commit holds.</param>
    /// <param name="now">Where it was cut.</param>
    public void Restore(IReadOnlyList<ScheduleState> states, StreamPoint now)
    {
        foreach (var pace in _paces) pace.Restore(StateOf(pace.Clock, states), now);
        Restore(Sparse, states, now);
        IsSparseDue = false;
        // The folding that was due with this commit begins when it is durable; whether it came to its end is not known.
        IsFullDue = Restore(Full, states, now) is not null && Full.Last == now;
    }

    /// <summary>Takes note of where training has come.</summary>
    public void See(StreamPoint now)
    {
        IsSparseDue |= Sparse.TryPass(now);
        foreach (var pace in _paces) pace.See(now);
        IsFullDue |= Full.TryPass(now);
    }

    /// <summary>Begins a commit.</summary>
    /// <param name="now">Where training stands.</param>
    /// <param name="isEnd">Whether the run ends with it, though no schedule says so.</param>
    public void BeginCut(StreamPoint now, bool isEnd)
    {
        _cutTime = _time.GetTimestamp();
        isEnd &= !IsSparseDue;
        if (!isEnd && !IsSparseDue && Sparse.ClockDueIn == TimeSpan.Zero) Sparse.Mark(now);
        else Sparse.BeginRun();
        (_wasSparseDue, IsSparseDue) = (IsSparseDue, false);
        foreach (var pace in _paces) pace.BeginCut(now, isEnd);
    }

    /// <summary>Says that the commit that is being cut is held back from replicas.</summary>
    public void HoldCut() => Array.ForEach(_paces, pace => pace.Hold());

    /// <summary>Says that replicas get everything with the commit that is being cut.</summary>
    public void GiveAll() => Array.ForEach(_paces, pace => pace.Give());

    /// <summary>Says that it was not even tried.</summary>
    public void TakeBackCut()
    {
        IsSparseDue |= _wasSparseDue;
        FailCut();
    }

    /// <summary>Says that it failed: the next one holds what it was to hold, but moves no schedule.</summary>
    public void FailCut() => Array.ForEach(_paces, pace => pace.FailCut());

    /// <summary>Says that the commit is durable.</summary>
    public void EndCut()
    {
        Sparse.Tell(_time.GetElapsedTime(_cutTime));
        Array.ForEach(_paces, pace => pace.EndCut());
    }

    /// <summary>Says that a folding begins.</summary>
    public void BeginFull(StreamPoint at)
    {
        IsFullDue = false;
        if (Full.Schedule.Clock is not null) Full.Mark(at);
    }

    private static ScheduleState? Restore(ScheduleClock clock, IReadOnlyList<ScheduleState> states, StreamPoint now)
    {
        var state = StateOf(clock, states);
        clock.Restore(state?.Last ?? now);
        return state;
    }

    private static ScheduleState? StateOf(ScheduleClock clock, IReadOnlyList<ScheduleState> states)
    {
        foreach (var state in states)
        {
            if (state.Kind == clock.Kind && state.Table == clock.Table) return state;
        }
        return null;
    }
}
