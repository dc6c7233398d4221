using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What joiners log of times that were wrong.</summary>
internal static partial class JoinerLog
{
    [LoggerMessage(EventId = 5017, Level = LogLevel.Warning,
        Message = "The greatest time of '{Partition}' was wrong, and was set back behind its record {Record} from {From} to {To}. Records "
            + "up to {Frontier} are late, since everything up to there was processed; another run from the beginning may process less "
            + "by then, and differ. Look at the clocks of the log's writers.")]
    public static partial void WasSetBack(
        this ILogger logger, string partition, long record, DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset? frontier);
}
