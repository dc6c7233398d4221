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

    [LoggerMessage(EventId = 4002, Level = LogLevel.Warning,
        Message = "The dense weights of the trainer could not be copied. Predictions go on with those of step {Step}.")]
    public static partial void CouldNotCopy(this ILogger logger, Exception exception, long step);
}
