using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What tables log: events 1000 to 1999.</summary>
internal static partial class TableLog
{
    [LoggerMessage(EventId = 1000, Level = LogLevel.Warning,
        Message = "Table '{Table}' is full: {Rows} rows, and its limit is {Limit}. New ids are refused. Raise MaxRows or the memory limit, set AtLimit, or expire rows sooner.")]
    public static partial void IsFull(this ILogger logger, string table, long rows, long limit);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning,
        Message = "Table '{Table}': the gradient of id {Id} holds NaN or an infinity and was skipped, as all such are. Look at the labels, weights and features that it came from.")]
    public static partial void GradientIsNotFinite(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning,
        Message = "Table '{Table}': the gradient of id {Id} would make a number of its row infinite, or none, and was refused, as all such are. Lower the learning rate, clip gradients, or look at the id's weights.")]
    public static partial void UpdateIsNotFinite(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Warning,
        Message = "Table '{Table}': the row that id {Id} was to have holds NaN or an infinity and was refused, as all such are. Look at what assigned it, at the initializer, or at the file that it came from.")]
    public static partial void ValueIsNotFinite(this ILogger logger, string table, long id);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning,
        Message = "Table '{Table}': a change of the row of id {Id} does not fit 16 bits and was refused, as all such are. Store the segment in 32 bits, lower the learning rate, or clip gradients.")]
    public static partial void ValueDoesNotFit(this ILogger logger, string table, long id);
}
