using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What tables log: events 1000 to 1999.</summary>
internal static partial class TableLog
{
    [LoggerMessage(EventId = 1000, Level = LogLevel.Warning,
        Message = "Table '{Table}' is full: {Rows} rows, and its limit is {Limit}. New ids are refused. Raise MaxRows or the memory limit, set AtLimit, or expire rows sooner.")]
    public static partial void IsFull(this ILogger logger, string table, long rows, long limit);
}
