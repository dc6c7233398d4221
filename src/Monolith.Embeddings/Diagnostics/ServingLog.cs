using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What replicas and live predictors log: events 4000 to 4999.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(EventId = 4000, Level = LogLevel.Information,
        Message = "The replica has loaded commit {Commit} of chain {Chain}: {Rows} rows.")]
    public static partial void Loaded(this ILogger logger, ulong commit, Guid chain, long rows);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning,
        Message = "The replica could not follow its store and stays at commit {Commit}. It serves, and tries again.")]
    public static partial void CouldNotFollow(this ILogger logger, Exception exception, ulong commit);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Information,
        Message = "The replica is pinned to commit {Commit}. The newest that it knows of is {Newest}.")]
    public static partial void Pinned(this ILogger logger, ulong commit, ulong newest);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Information,
        Message = "The replica is no longer pinned to commit {Commit}, and follows its store again.")]
    public static partial void Unpinned(this ILogger logger, ulong commit);

    [LoggerMessage(EventId = 4010, Level = LogLevel.Warning,
        Message = "The trainer gave no sign of life for {Silence}, and promised one each {Every}: it is dead, cut off from the store, or "
            + "hangs. The replica serves commit {Commit}.")]
    public static partial void TrainerSilent(this ILogger logger, TimeSpan silence, TimeSpan every, ulong commit);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Information, Message = "The trainer gives signs of life again.")]
    public static partial void TrainerIsBack(this ILogger logger);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Error,
        Message = "The trainer stopped because the model diverged. The replica serves commit {Commit}, which did not.")]
    public static partial void TrainerDiverged(this ILogger logger, ulong commit);

    [LoggerMessage(EventId = 4013, Level = LogLevel.Error,
        Message = "The trainer's run ended by an exception. The replica serves commit {Commit}.")]
    public static partial void TrainerFailed(this ILogger logger, ulong commit);

    [LoggerMessage(EventId = 4014, Level = LogLevel.Warning,
        Message = "The store was set back: it has another commit {Commit} than the replica saw. The replica loads what the store holds "
            + "now, up to commit {Newest}.")]
    public static partial void StoreSetBack(this ILogger logger, ulong commit, ulong newest);

    [LoggerMessage(EventId = 4015, Level = LogLevel.Debug,
        Message = "The replica has applied commit {Commit}: {Rows} rows and {Removals} removals.")]
    public static partial void Applied(this ILogger logger, ulong commit, long rows, long removals);

    [LoggerMessage(EventId = 4016, Level = LogLevel.Information,
        Message = "The replica follows its store again, at commit {Commit}.")]
    public static partial void FollowsAgain(this ILogger logger, ulong commit);

    [LoggerMessage(EventId = 4020, Level = LogLevel.Warning,
        Message = "The schema moved on: the store of the replica was migrated to schema {Schema:x16}, chain {Chain}. The replica serves "
            + "commit {Commit} and gets no other.")]
    public static partial void SchemaMovedOn(this ILogger logger, ulong commit, ulong schema, Guid chain);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning,
        Message = "The dense weights of the trainer could not be copied. Predictions go on with those of step {Step}.")]
    public static partial void CouldNotCopy(this ILogger logger, Exception exception, long step);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning,
        Message = "What was served could not be written to its log, and is dropped until it can. Predictions go on.")]
    public static partial void ServedLogFailed(this ILogger logger, Exception exception);
}
