using System.Diagnostics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Scheduling;

/// <summary>
/// How often something is done: after a given time by the clock, event time, number of examples or of batches since the last time, or
/// whichever of them comes first. Looked at between two batches. Immutable; thread-safe.
/// </summary>
/// <remarks>
/// Event time, examples and batches are functions of the stream: what goes by them is done after the same batches whenever the stream is
/// learned again, also where a trainer was stopped in between and went on. What goes by the clock is done after others each time.
/// </remarks>
/// <example>
/// <code>
/// var options = new OnlineTrainerOptions { EvictEvery = Schedule.ByEventTime(TimeSpan.FromMinutes(5)) };
/// options.Synchronization.SparseEvery = Schedule.FirstOf(Schedule.ByClock(TimeSpan.FromMinutes(1)), Schedule.ByExamples(1_000_000));
/// </code>
/// </example>
[DebuggerDisplay("{ToString(),nq}")]
public readonly record struct Schedule
{
    private static readonly TimeSpan _shortestEventTime = TimeSpan.FromMilliseconds(1);

    /// <summary>Never: the default of the type.</summary>
    public static Schedule Never => default;

    /// <summary>How much time passes by the clock; null where it does not go by it.</summary>
    public TimeSpan? Clock { get; internal init; }

    /// <summary>How much event time passes; null where it does not go by it.</summary>
    public TimeSpan? EventTime { get; internal init; }

    /// <summary>How many examples are learned; null where it does not go by them.</summary>
    public long? Examples { get; internal init; }

    /// <summary>How many batches are learned; null where it does not go by them.</summary>
    public long? Batches { get; internal init; }

    /// <summary>
    /// How much time passes, by the clock or by event time: each option that takes a schedule says which it means. Null where no bare time
    /// span was given.
    /// </summary>
    public TimeSpan? Time { get; internal init; }

    /// <summary>Whether it is never.</summary>
    public bool IsNever => this == Never;

    /// <summary>By the clock. What is learned may depend on it only where an option says so.</summary>
    /// <param name="every">How much time passes: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    public static Schedule ByClock(TimeSpan every) => new() { Clock = Finite(every) };

    /// <summary>By the event times of the stream, as far as they are believed. It begins with the first.</summary>
    /// <param name="every">
    /// How much event time passes: at least one millisecond, or <see cref="Timeout.InfiniteTimeSpan"/> for never.
    /// </param>
    public static Schedule ByEventTime(TimeSpan every) => new() { EventTime = Finite(every) };

    /// <summary>By examples: due after the batch that completes this number.</summary>
    /// <param name="every">How many examples are learned: at least 1.</param>
    public static Schedule ByExamples(long every) => new() { Examples = every };

    /// <summary>By batches.</summary>
    /// <param name="every">How many batches are learned: at least 1, which is after each.</param>
    public static Schedule ByBatches(long every) => new() { Batches = every };

    /// <summary>Whichever comes first, counted from the last time, by whichever that was.</summary>
    /// <param name="schedules">The schedules; <see cref="Never"/> adds nothing.</param>
    public static Schedule FirstOf(params ReadOnlySpan<Schedule> schedules)
    {
        var first = Never;
        foreach (var schedule in schedules)
        {
            first = new Schedule
            {
                Clock = First(first.Clock, schedule.Clock),
                EventTime = First(first.EventTime, schedule.EventTime),
                Examples = First(first.Examples, schedule.Examples),
                Batches = First(first.Batches, schedule.Batches),
                Time = First(first.Time, schedule.Time),
            };
        }
        return first;
    }

    /// <summary>A bare time span: by the clock or by event time, whichever the option says that takes it.</summary>
    /// <param name="every">
    /// How much time passes: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/> for never.
    /// </param>
    public static Schedule FromTimeSpan(TimeSpan every) => new() { Time = Finite(every) };

    /// <summary>See <see cref="FromTimeSpan"/>.</summary>
    /// <param name="every">How much time passes.</param>
    public static implicit operator Schedule(TimeSpan every) => FromTimeSpan(every);

    /// <summary>
    /// Reads what <see cref="ToString"/> writes: <c>Never</c>, <c>ByClock(00:01:00)</c>, <c>ByEventTime(1.00:00:00)</c>,
    /// <c>ByExamples(1000)</c>, <c>ByBatches(10)</c>, a bare time span such as <c>00:01:00</c>, or several with <c>|</c> between them.
    /// Names in any case.
    /// </summary>
    /// <param name="text">The text; with blanks, or null, it is none.</param>
    /// <param name="schedule">The schedule; <see cref="Never"/> where there is none.</param>
    /// <returns>Whether there is one. Whether it makes sense, the options say.</returns>
    public static bool TryParse(string? text, out Schedule schedule) => ScheduleText.TryParse(text, out schedule);

    /// <summary>The schedule as text, the same in every culture; see <see cref="TryParse"/>.</summary>
    public override string ToString() => ScheduleText.Of(this);

    /// <summary>Whether it goes by event time.</summary>
    internal bool UsesEventTime => EventTime is not null;

    /// <summary>This schedule, for an option whose bare time spans are of the clock.</summary>
    internal Schedule WithTimeByClock() => this with { Clock = First(Clock, Time), Time = null };

    /// <summary>This schedule, for an option whose bare time spans are of event time.</summary>
    internal Schedule WithTimeByEvents() => this with { EventTime = First(EventTime, Time), Time = null };

    /// <summary>Collects what makes no sense.</summary>
    /// <param name="errors">Receives it.</param>
    /// <param name="name">The option's name.</param>
    internal void CollectErrors(OptionErrors errors, string name)
    {
        if (Time is { } time) errors.Require(time > TimeSpan.Zero, name, $"{time} is not more than zero; for never, take Schedule.Never.");
        if (Clock is { } clock) errors.Require(clock > TimeSpan.Zero, name, $"{clock} by the clock is not more than zero.");
        if (EventTime is { } events)
        {
            errors.Require(events >= _shortestEventTime, name, $"{events} of event time is less than one millisecond.");
        }
        if (Examples is { } examples) errors.Require(examples > 0, name, $"{examples} examples are fewer than 1.");
        if (Batches is { } batches) errors.Require(batches > 0, name, $"{batches} batches are fewer than 1.");
    }

    private static TimeSpan? Finite(TimeSpan every) => every == Timeout.InfiniteTimeSpan ? null : every;

    private static TimeSpan? First(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;

    private static long? First(long? one, long? other) => one is null || other < one ? other ?? one : one;
}
