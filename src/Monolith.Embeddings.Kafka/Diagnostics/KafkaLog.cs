using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Kafka.Diagnostics;

/// <summary>What sources over topics log.</summary>
internal static partial class KafkaLog
{
    [LoggerMessage(EventId = 6000, Level = LogLevel.Error, Message = "The reading of '{Topic}' ended: {Reason}")]
    public static partial void CannotGoOn(this ILogger logger, string topic, string reason);

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning,
        Message = "No broker of '{Servers}' answers; the reading of '{Topic}' waits: {Reason}")]
    public static partial void LostBrokers(this ILogger logger, string topic, string servers, string reason);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Information, Message = "A broker answers again after {Away}; '{Topic}' is read on.")]
    public static partial void ReachedBrokers(this ILogger logger, string topic, TimeSpan away);

    [LoggerMessage(EventId = 6003, Level = LogLevel.Warning,
        Message = "The broker has deleted the messages {From} to before {To} of '{Partition}', which were not read; they are lost.")]
    public static partial void SkippedDeleted(this ILogger logger, string partition, long from, long to);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Warning,
        Message = "Somebody else uses the group '{Group}' on '{Topic}': {Reason} Nothing is lost, but lag monitors show wrong numbers.")]
    public static partial void LostGroup(this ILogger logger, string group, string topic, string reason);

    [LoggerMessage(EventId = 6005, Level = LogLevel.Information, Message = "'{Topic}' has {Count} partitions now; new ones begin at 0.")]
    public static partial void FoundPartitions(this ILogger logger, string topic, int count);

    [LoggerMessage(EventId = 6010, Level = LogLevel.Information, Message = "A trainer has its turn, by '{ControlTopic}'.")]
    public static partial void TookTurn(this ILogger logger, string controlTopic);

    [LoggerMessage(EventId = 6011, Level = LogLevel.Information,
        Message = "The turn of a trainer is over, by '{ControlTopic}'; the trainer has ended: {IsEnded}.")]
    public static partial void GaveTurnUp(this ILogger logger, string controlTopic, bool isEnded);
}
