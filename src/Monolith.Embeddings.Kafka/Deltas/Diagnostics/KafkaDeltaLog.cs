using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Kafka.Deltas.Assembly;

namespace Monolith.Embeddings.Kafka.Deltas.Diagnostics;

/// <summary>What publishers and sources of deltas log.</summary>
internal static partial class KafkaDeltaLog
{
    [LoggerMessage(EventId = 6100, Level = LogLevel.Debug,
        Message = "Commit {Commit} is in topic {Topic}: {Messages} messages, {Bytes} bytes.")]
    public static partial void Published(this ILogger logger, ulong commit, string topic, int messages, long bytes);

    [LoggerMessage(EventId = 6101, Level = LogLevel.Debug,
        Message = "Commit {Commit} is announced in topic {Topic}: replicas read the store.")]
    public static partial void Announced(this ILogger logger, ulong commit, string topic);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Warning,
        Message = "Deltas after commit {Commit} could not be published to topic {Topic}: {Problem} Training goes on, and replicas follow "
            + "the store.")]
    public static partial void CouldNotPublish(this ILogger logger, Exception? failure, ulong commit, string topic, string problem);

    [LoggerMessage(EventId = 6103, Level = LogLevel.Information,
        Message = "Deltas are published to topic {Topic} again, up to commit {Commit}.")]
    public static partial void PublishesAgain(this ILogger logger, string topic, ulong commit);

    [LoggerMessage(EventId = 6110, Level = LogLevel.Warning,
        Message = "Topic {Topic} cannot be followed: {Problem} The replica follows its store, and the topic is tried again.")]
    public static partial void CouldNotRead(this ILogger logger, Exception? failure, string topic, string problem);

    [LoggerMessage(EventId = 6111, Level = LogLevel.Information,
        Message = "Topic {Topic} is followed, in {Partitions} partitions.")]
    public static partial void Follows(this ILogger logger, string topic, int partitions);

    [LoggerMessage(EventId = 6112, Level = LogLevel.Error,
        Message = "Topic {Topic} has deltas of chain {Found}, and the replica holds chain {Expected}: it is the topic of another model. "
            + "They are not used.")]
    public static partial void OtherModel(this ILogger logger, string topic, Guid found, Guid expected);

    [LoggerMessage(EventId = 6113, Level = LogLevel.Warning,
        Message = "Messages of topic {Topic} cannot be used: at {Partition}, {Offset}, {Problem}.")]
    public static partial void Damaged(this ILogger logger, string topic, int partition, long offset, string problem);

    [LoggerMessage(EventId = 6114, Level = LogLevel.Warning,
        Message = "Topic {Topic} has deltas of trainer {Found}, which lost the store to trainer {Expected}. They are not used.")]
    public static partial void Stale(this ILogger logger, string topic, ulong found, ulong expected);

    [LoggerMessage(EventId = 6115, Level = LogLevel.Debug,
        Message = "The replica looked at its store, because of '{Reason}', and holds commit {Commit}.")]
    public static partial void Healed(this ILogger logger, HealReason reason, ulong commit);

    [LoggerMessage(EventId = 6116, Level = LogLevel.Warning,
        Message = "The replica could not look at its store, because of '{Reason}', at commit {Commit}; it is tried again.")]
    public static partial void CouldNotHeal(this ILogger logger, Exception failure, HealReason reason, ulong commit);
}
