using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What trainers log: events 3000 to 3999.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Warning,
        Message = "A commit failed ({Kind}), {Failures} in a row of {Tolerated}; the next is tried in {RetryIn}. "
            + "Training goes on; the next commit holds what this one was to hold.")]
    public static partial void CommitFailed(
        this ILogger logger, Exception exception, string kind, int failures, string tolerated, TimeSpan retryIn);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error,
        Message = "Training stops: {Failures} commits in a row failed ({Kind}).")]
    public static partial void CommitsGivenUp(this ILogger logger, Exception exception, int failures, string kind);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "Commits succeed again after {Failures} failures.")]
    public static partial void CommitsRecovered(this ILogger logger, int failures);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning,
        Message = "The chain could not be folded or cleaned. Training goes on; the next fold tries again.")]
    public static partial void UpkeepFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Debug, Message = "The chain was folded and cleaned within {Duration}.")]
    public static partial void Folded(this ILogger logger, TimeSpan duration);

    [LoggerMessage(EventId = 3015, Level = LogLevel.Debug, Message = "{Rows} rows were evicted within {Duration} ({Schedule}).")]
    public static partial void Evicted(this ILogger logger, long rows, TimeSpan duration, string schedule);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning,
        Message = "The store is short of room: {Files} files of {Bytes} bytes were given up that replicas could still have followed. "
            + "Give it more room, or let RetentionOutOfRoom keep more.")]
    public static partial void GaveUpCommits(this ILogger logger, int files, long bytes);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Error,
        Message = "The store has no room, and nothing in it can be given up: the newest commit needs all of it. "
            + "Free some; commits fail until then.")]
    public static partial void NothingToGiveUp(this ILogger logger);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning,
        Message = "The newest full and its deltas take {Bytes} bytes; Retention allows {Bound}. They stay: the newest commit needs them. "
            + "Allow more, or commit less often.")]
    public static partial void TakesTooMuch(this ILogger logger, long bytes, long bound);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Warning,
        Message = "The trainer could not give a sign of life to its store. Training goes on; replicas may call the trainer silent.")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3050, Level = LogLevel.Warning,
        Message = "Commit {Commit}, and those that follow, are held back from replicas, which have commit {Published}: {Reason}. "
            + "Training goes on.")]
    public static partial void PublicationHeld(this ILogger logger, ulong commit, ulong published, string reason);

    [LoggerMessage(EventId = 3051, Level = LogLevel.Information,
        Message = "Replicas get commit {Commit}, with all of the {Held} that were held back since {Since:u}.")]
    public static partial void PublicationResumed(this ILogger logger, ulong commit, long held, DateTimeOffset since);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning,
        Message = "An example has the event time {EventTime:u}, but the clock says {Clock:u}. Such times are not believed; "
            + "{Count} came until now. Correct the clock of the sender, or of this host.")]
    public static partial void EventTimeIsFuture(this ILogger logger, DateTimeOffset eventTime, DateTimeOffset clock, long count);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Warning,
        Message = "{Count} of {Examples} examples of a batch have no event time or one before 1980; one is {EventTime}. "
            + "No row expires by such times. Pass milliseconds since the Unix epoch, or a DateTimeOffset, to ExampleWriter.At.")]
    public static partial void EventTimesAreImplausible(this ILogger logger, long count, long examples, long eventTime);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning,
        Message = "The newest event time was {Before:u}, which most later examples contradict. It was set back to {EventTime:u}.")]
    public static partial void EventTimeSetBack(this ILogger logger, DateTimeOffset before, DateTimeOffset eventTime);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning,
        Message = "After {Batches} batches no event time is known; what goes by event time is never due: {Schedules}. Pass times to "
            + "ExampleWriter.At, or let it go by examples, batches or the clock.")]
    public static partial void SchedulesWithoutEventTime(this ILogger logger, long batches, string schedules);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Information,
        Message = "Slot '{Slot}' has buckets from now on: {Bounds} bounds, from {Lowest} to {Highest}, were learned from {Values} values "
            + "and are frozen behind batch {Steps}.")]
    public static partial void BoundsFrozen(
        this ILogger logger, string slot, int bounds, float lowest, float highest, int values, long steps);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning,
        Message = "{Lost} of the {Examples} examples of a batch, the last of {Steps}, were neither scored nor learned from: their logits "
            + "are not finite, or absurd. Look at the weights of their ids and at their features.")]
    public static partial void ExamplesLost(this ILogger logger, long lost, int examples, long steps);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Warning,
        Message = "Slot '{Slot}' is silent: the last {Examples} examples had no id in it, and before that a share of {Share} had. Look at "
            + "what writes it. The model learns on without it.")]
    public static partial void SlotIsSilent(this ILogger logger, string slot, long examples, double share);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Information, Message = "Slot '{Slot}' has ids again.")]
    public static partial void SlotIsBack(this ILogger logger, string slot);

    [LoggerMessage(EventId = 3023, Level = LogLevel.Critical,
        Message = "Training stops: the model has diverged after {Examples} examples. What diverged was not committed; replicas go on "
            + "with the newest commit.")]
    public static partial void Diverged(this ILogger logger, Exception exception, long examples);

    [LoggerMessage(EventId = 3030, Level = LogLevel.Warning,
        Message = "The source failed, {Failures} in a row of {Tolerated}; it is opened again in {RetryIn}, where training stands.")]
    public static partial void SourceFailed(this ILogger logger, Exception exception, int failures, string tolerated, TimeSpan retryIn);

    [LoggerMessage(EventId = 3031, Level = LogLevel.Error,
        Message = "Training stops: the source failed, {Failures} in a row. What was learned is committed.")]
    public static partial void SourceGivenUp(this ILogger logger, Exception exception, int failures);

    [LoggerMessage(EventId = 3032, Level = LogLevel.Information, Message = "The source goes on after {Failures} failures.")]
    public static partial void SourceRecovered(this ILogger logger, int failures);

    [LoggerMessage(EventId = 3040, Level = LogLevel.Information,
        Message = "The {Metric} of the validation source is {Value} after {Epochs} epochs and {Examples} examples; best so far: {IsBest}.")]
    public static partial void Evaluated(this ILogger logger, string metric, double value, int epochs, long examples, bool isBest);

    [LoggerMessage(EventId = 3041, Level = LogLevel.Information,
        Message = "The epochs end early, after {Evaluations} evaluations: the best was after {Best} examples. Training goes on behind "
            + "them, with what it knew after {Examples}.")]
    public static partial void EpochsStopped(this ILogger logger, int evaluations, long best, long examples);

    [LoggerMessage(EventId = 3060, Level = LogLevel.Information,
        Message = "{Ids} ids were forgotten: {Rows} rows and {Examples} logged examples were removed. {Commits} commits of the store may "
            + "hold them until retention drops these.")]
    public static partial void Forgotten(this ILogger logger, int ids, int rows, long examples, int commits);

    [LoggerMessage(EventId = 3061, Level = LogLevel.Warning,
        Message = "The commit that was restored is older than what was forgotten since: {Rows} rows of forgotten ids were removed again.")]
    public static partial void ForgottenAgain(this ILogger logger, int rows);
}
