using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What chains and their compaction log: events 2000 to 2499.</summary>
internal static partial class SnapshotLog
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Information,
        Message = "Incarnation {Incarnation} of chain {Chain} has taken the store over, at commit {Commit}, with {Rows} rows. "
            + "Earlier incarnations can no longer commit.")]
    public static partial void TookOver(this ILogger logger, ulong incarnation, Guid chain, ulong commit, long rows);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug,
        Message = "Commit {Commit} ({Kind}) is durable: {Rows} rows and {Removals} removals in {Bytes} bytes.")]
    public static partial void Committed(this ILogger logger, ulong commit, string kind, long rows, long removals, long bytes);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Error,
        Message = "File {File} of the chain up to commit {Newest} cannot be restored any more, so commit {Next} is a full snapshot: "
            + "{Problem} Look for what changes or deletes files of the store.")]
    public static partial void Broken(this ILogger logger, string file, ulong newest, ulong next, string problem);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning,
        Message = "The store was left for chain {Successor} by a migration, and this trainer has taken it back. Replicas that follow it "
            + "are served what this trainer learns. Stop it if the migrated store is the one to go on with.")]
    public static partial void TookBack(this ILogger logger, Guid successor);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning,
        Message = "Commit {Commit} is durable, but what is told of commits threw. Nothing else changed.")]
    public static partial void CouldNotTell(this ILogger logger, Exception failure, ulong commit);
}
