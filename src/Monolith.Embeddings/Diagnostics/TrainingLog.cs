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

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning,
        Message = "{Lost} of the {Examples} examples of a batch, the last of {Steps}, were neither scored nor learned from: their logits "
            + "are not finite, or absurd. Look at the weights of their ids and at their features.")]
    public static partial void ExamplesLost(this ILogger logger, long lost, int examples, long steps);
}
