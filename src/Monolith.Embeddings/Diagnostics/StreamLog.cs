using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What sources log: events 5000 to 5499.</summary>
internal static partial class StreamLog
{
    [LoggerMessage(EventId = 5000, Level = LogLevel.Warning,
        Message = "The file '{File}' of {Files} came too late, and is not read: its place is before '{Current}', which the reading has "
            + "come to.")]
    public static partial void CameLate(this ILogger logger, string file, string files, string current);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information,
        Message = "None of {Files} is there, or holds anything, yet. They are waited for.")]
    public static partial void NothingThereYet(this ILogger logger, string files);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning,
        Message = "None of {Files} is there, or holds anything, after {Waited}. Look at the path; a joiner waits for all of its logs.")]
    public static partial void StillNothingThere(this ILogger logger, string files, TimeSpan waited);

    [LoggerMessage(EventId = 5012, Level = LogLevel.Warning,
        Message = "All logs of the joiner had ended when this commit was made, and all windows were closed, up to {Time}. What the logs "
            + "bring from before is late. Where logs go on behind their ends, set CloseAtEnd to false.")]
    public static partial void WasClosedAtEnd(this ILogger logger, DateTimeOffset time);

    [LoggerMessage(EventId = 5013, Level = LogLevel.Warning,
        Message = "{Late} records of a joiner's logs were late so far: each lay more than {AllowedLateness} behind the greatest time of "
            + "its log, and was dropped.")]
    public static partial void CameTooLate(this ILogger logger, long late, TimeSpan allowedLateness);

    [LoggerMessage(EventId = 5020, Level = LogLevel.Warning,
        Message = "An example log cannot write its files; {Bytes} bytes of rows wait in memory. They are written again with the next.")]
    public static partial void ExampleLogNotWritten(this ILogger logger, long bytes, Exception failure);

    [LoggerMessage(EventId = 5021, Level = LogLevel.Warning,
        Message = "Files of an example log could not be merged or deleted. It is tried again after the next commit.")]
    public static partial void ExampleLogNotMerged(this ILogger logger, Exception failure);

    [LoggerMessage(EventId = 5010, Level = LogLevel.Warning,
        Message = "{Count} records of '{Partition}' were dropped: they lay more than {MaxJump} ahead of it, and the next ones did not "
            + "confirm their times.")]
    public static partial void LayFarAhead(this ILogger logger, long count, string partition, TimeSpan maxJump);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Warning,
        Message = "'{Partition}' has been silent for {SilentAfter}, and the others do not wait for it any longer: what is joined "
            + "depends on the clock from now on.")]
    public static partial void PassedOver(this ILogger logger, string partition, TimeSpan silentAfter);

    [LoggerMessage(EventId = 5030, Level = LogLevel.Warning,
        Message = "{Count} positives have no id, or several, in slot '{Slot}', so that no negatives are drawn for them. Name the slot that "
            + "has the item.")]
    public static partial void HasNoSingleItem(this ILogger logger, string slot, long count);

    [LoggerMessage(EventId = 5031, Level = LogLevel.Warning,
        Message = "{Count} examples are labelled negative for task '{Task}', and go by without a logit offset. Beside drawn negatives they "
            + "make what the model says neither a probability nor a log share. Leave them out, or train on them alone.")]
    public static partial void HasNegatives(this ILogger logger, string task, long count);

    [LoggerMessage(EventId = 5032, Level = LogLevel.Warning,
        Message = "The stream ended after {Count} examples without a positive of task '{Task}': no negatives were drawn. Write its label.")]
    public static partial void HasNoPositives(this ILogger logger, string task, long count);
}
