using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Training.Schedules;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    // Fewer may be the first records of a stream, without times for a reason of their own.
    private const long BatchesWithoutEventTime = 100;

    private readonly EvictionSchedules _evictions;
    private readonly CommitSchedules _commitSchedules;
    private bool _wasToldOfEventTime;

    /// <summary>
    /// How the schedules stand: what each has done, and when it is due next; those of commits where there is a store. Read by any thread,
    /// also while it runs.
    /// </summary>
    public IReadOnlyList<ScheduleStatus> Schedules => [.. Clocks.Select(StatusOf)];

    private IEnumerable<ScheduleClock> Clocks => _store is null
        ? _evictions.Clocks
        : [.. _commitSchedules.Clocks, .. _evictions.Clocks];

    // A full is due with the next commit, and where none is scheduled it is not known which that is.
    private ScheduleStatus StatusOf(ScheduleClock clock)
    {
        var status = clock.Status;
        return clock.Kind == ScheduleKind.Full && _commitSchedules.Sparse.Schedule == Schedule.Never
            ? status with { NextEventTime = null, NextExamples = null, NextBatches = null }
            : status;
    }

    private StreamPoint Point => new(_times.Newest, Examples, Steps);

    private void Restore(TrainerState state)
    {
        if (state.EvictionDue is { } due) _evictions.RestoreDue(due, Point);
        else _evictions.Restore(state.Schedules, Point);
        _commitSchedules.Restore(state.Schedules, Point);
    }

    // Once: a schedule by event time is never due where the stream has none.
    private void TellOfMissingEventTime()
    {
        if (_wasToldOfEventTime || Steps < BatchesWithoutEventTime || _times.Newest > 0) return;
        _wasToldOfEventTime = true;
        var waiting = Clocks.Where(clock => clock.Schedule.UsesEventTime && _evictions.Evicts(clock)).ToList();
        if (waiting.Count > 0) _log.SchedulesWithoutEventTime(Steps, string.Join(", ", waiting.Select(clock => clock.Name)));
    }
}
