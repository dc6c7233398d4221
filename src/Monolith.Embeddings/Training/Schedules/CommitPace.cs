using Monolith.Embeddings.Scheduling;

namespace Monolith.Embeddings.Training.Schedules;

/// <summary>
/// What replicas get with some of the commits alone, by a schedule of its own: the dense weights, or a table. It is due by the stream after
/// the batch with which it is, and comes with the next commit. Used by the training thread; what its clock tells, by any.
/// </summary>
/// <param name="clock">The schedule.</param>
/// <param name="time">The clock.</param>
internal sealed class CommitPace(ScheduleClock clock, TimeProvider time)
{
    // What replicas were given before is not known at first.
    private bool _isDue = true;
    private bool _isEnd, _isHeld;
    private StreamPoint _cutAt;
    private long _cutTime;

    /// <summary>The schedule.</summary>
    public ScheduleClock Clock => clock;

    /// <summary>Whether replicas get it with the commit that is being made.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>
    /// Whether a commit holds how it stands: by the clock, and with each commit, nothing of it need be known.
    /// </summary>
    public bool IsByStream => clock.Schedule is var schedule && schedule.Clock is null && schedule != Schedule.ByBatches(1);

    /// <summary>
    /// What the commit that is being cut holds of it. A commit at the end of a run is one more: what is due stays due, as it would if the
    /// run went on.
    /// </summary>
    public ScheduleState State => clock.State((_isEnd || _isHeld) && _isDue);

    /// <summary>Goes on from a commit.</summary>
    /// <param name="state">What the commit holds of it; null for nothing.</param>
    /// <param name="now">Where it was cut.</param>
    public void Restore(ScheduleState? state, StreamPoint now)
    {
        clock.Restore(state?.Last ?? now);
        _isDue = !IsByStream || state is not { IsDue: false };
    }

    /// <summary>Takes note of where training has come.</summary>
    public void See(StreamPoint now) => _isDue |= clock.TryPass(now);

    /// <summary>Begins a commit.</summary>
    /// <param name="now">Where training stands.</param>
    /// <param name="isEnd">Whether it is one more, at the end of a run.</param>
    public void BeginCut(StreamPoint now, bool isEnd)
    {
        (_isEnd, _isHeld, _cutAt, _cutTime) = (isEnd, false, now, time.GetTimestamp());
        IsGiven = _isDue || clock.ClockDueIn == TimeSpan.Zero;
        // What is due while it is written comes with the next.
        if (!isEnd || !IsByStream) _isDue = false;
    }

    /// <summary>Says that replicas get nothing with the commit that is being cut: what is due stays due.</summary>
    public void Hold() => (_isDue, IsGiven, _isHeld) = (_isDue || IsGiven, false, true);

    /// <summary>Says that replicas get it with the commit that is being cut, due or not.</summary>
    public void Give() => IsGiven = true;

    /// <summary>Says that the commit failed: it is owed as before.</summary>
    public void FailCut() => _isDue |= IsGiven;

    /// <summary>Says that the commit is durable.</summary>
    public void EndCut()
    {
        if (!IsGiven) return;
        if (clock.Schedule.Clock is not null) clock.Mark(_cutAt, _cutTime);
        clock.Tell(time.GetElapsedTime(_cutTime));
    }
}
