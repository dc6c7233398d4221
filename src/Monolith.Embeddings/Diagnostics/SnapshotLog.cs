using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What chains and their compaction log: events 2000 to 2499.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Information,
        Message = "Incarnation {Incarnation} of chain {Chain} has taken the store over, at commit {Commit}, with {Rows} rows. Earlier incarnations can no longer commit.")]
    public static partial void TookOver(this ILogger logger, ulong incarnation, Guid chain, ulong commit, long rows);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug,
        Message = "Commit {Commit} ({Kind}) is durable: {Rows} rows and {Removals} removals in {Bytes} bytes.")]
    public static partial void Committed(this ILogger logger, ulong commit, string kind, long rows, long removals, long bytes);
}
