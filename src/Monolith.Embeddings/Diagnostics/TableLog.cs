using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What tables log: events 1000 to 1999.</summary>
internal static partial class TableLog
{
    [LoggerMessage(EventId = 1000, Level = LogLevel.Warning,
        Message = "Table '{Table}' is full: {Rows} rows; {Limit} would fit without those of the other tables of its set. "
            + "New ids are refused. Raise MaxRows or MemoryLimitBytes, set AtLimit, or expire rows sooner.")]
    public static partial void IsFull(this ILogger logger, string table, long rows, long limit);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning,
        Message = "Table '{Table}': the gradient of id {Id} holds NaN or an infinity and was skipped, as all such are. Look at the "
            + "labels, weights and features that it came from.")]
    public static partial void GradientIsNotFinite(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning,
        Message = "Table '{Table}': the gradient of id {Id} would make a number of its row infinite, or none, and was refused, as all "
            + "such are. Lower the learning rate, clip gradients, or look at the id's weights.")]
    public static partial void UpdateIsNotFinite(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Warning,
        Message = "Table '{Table}': the row that id {Id} was to have holds NaN or an infinity and was refused, as all such are. Look at "
            + "what assigned it, at the initializer, or at the file that it came from.")]
    public static partial void ValueIsNotFinite(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning,
        Message = "Table '{Table}': a change of the row of id {Id} does not fit 16 bits and was refused, as all such are. Store the "
            + "segment in 32 bits, lower the learning rate, or clip gradients.")]
    public static partial void ValueDoesNotFit(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1020, Level = LogLevel.Warning,
        Message = "Table '{Table}' got the event time {EventTime:u}, but the clock says {Clock:u}. Such times are not believed "
            + "and do not age rows. Correct the clock of the sender, or of this host.")]
    public static partial void EventTimeIsFuture(this ILogger logger, string table, DateTimeOffset eventTime, DateTimeOffset clock);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Warning,
        Message = "Table '{Table}' has an expiry policy, but its event times begin with {EventTime:u}, which is none or before 1980. "
            + "No row expires by such times. Pass when the examples happened.")]
    public static partial void EventTimeIsImplausible(this ILogger logger, string table, DateTimeOffset eventTime);

    [LoggerMessage(EventId = 1022, Level = LogLevel.Warning,
        Message = "The saved newest event time of table '{Table}' is {EventTime:u}, but the clock says {Clock:u}. "
            + "No row expires until then. If the clock is right, take it back by SetEventTimeBack of the table set "
            + "or SetEventTimeBackAsync of the trainer.")]
    public static partial void SavedEventTimeIsFuture(this ILogger logger, string table, DateTimeOffset eventTime, DateTimeOffset clock);

    [LoggerMessage(EventId = 1023, Level = LogLevel.Information,
        Message = "The newest event time of table '{Table}' was set back from {Before:u} to {EventTime:u}.")]
    public static partial void EventTimeSetBack(this ILogger logger, string table, DateTimeOffset before, DateTimeOffset eventTime);

    [LoggerMessage(EventId = 1030, Level = LogLevel.Warning,
        Message = "This program was compiled ahead of time for processors without fused multiply-add: training may take a hundred times "
            + "as long. Publish it with <IlcInstructionSet>x86-64-v3</IlcInstructionSet>.")]
    public static partial void CodeIsSlow(this ILogger logger);
}
