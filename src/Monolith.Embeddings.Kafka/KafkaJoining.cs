using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka;

/// <summary>Joins over two topics, of impressions and of their actions.</summary>
public static class KafkaJoining
{
    /// <summary>
    /// Adds all partitions of two topics to a joiner, as logs named "topic/partition". Both must be partitioned by the join key in the same
    /// way, and so have equally many partitions. Punctuations are taken as such.
    /// </summary>
    /// <param name="joiner">The joiner, which was not read yet.</param>
    /// <param name="impressions">The topic of impressions.</param>
    /// <param name="actions">The topic of actions.</param>
    /// <param name="badImpressions">What is done about messages that are no impressions; the reading stops at the first where null.</param>
    /// <param name="badActions">What is done about messages that are no actions; the reading stops at the first where null.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <typeparam name="TKey">What an impression and its actions have in common.</typeparam>
    /// <typeparam name="TImpression">The application's impression.</typeparam>
    /// <typeparam name="TAction">The application's action.</typeparam>
    /// <returns>The joiner.</returns>
    /// <exception cref="KafkaSourceException">
    /// No broker answers in time, a topic is missing, or they have different numbers of partitions; nothing was added.
    /// </exception>
    /// <exception cref="ArgumentException">A name is taken, as where a topic was added already.</exception>
    public static async Task<OnlineJoiner<TKey, TImpression, TAction>> AddTopicsAsync<TKey, TImpression, TAction>(
        this OnlineJoiner<TKey, TImpression, TAction> joiner, KafkaTopic<TImpression> impressions, KafkaTopic<TAction> actions,
        BadRecords<KafkaRecord<TImpression>>? badImpressions = null, BadRecords<KafkaRecord<TAction>>? badActions = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(joiner);
        ArgumentNullException.ThrowIfNull(impressions);
        ArgumentNullException.ThrowIfNull(actions);
        var count = await impressions.CountPartitionsAsync(cancellationToken).ConfigureAwait(false);
        var others = await actions.CountPartitionsAsync(cancellationToken).ConfigureAwait(false);
        if (count != others)
        {
            throw new KafkaSourceException(KafkaSourceStatus.Failed,
                $"'{impressions.Name}' has {count} partitions and '{actions.Name}' {others}: they are not partitioned by the join key in "
                + "the same way. Make both with equally many, written with one partitioner by the same key.");
        }
        for (var i = 0; i < count; i++)
        {
            joiner.Add($"{impressions.Name}/{i}", impressions.Partition(i), ReadImpression, badImpressions);
            joiner.Add($"{actions.Name}/{i}", actions.Partition(i), ReadAction, badActions);
        }
        return joiner;
    }

    private static void ReadImpression<TKey, TImpression, TAction>(
        in KafkaRecord<TImpression> record, JoinRecordWriter<TKey, TImpression, TAction> writer)
    {
        if (record.IsPunctuation)
        {
            writer.Punctuation(record.EventTimeMilliseconds);
            return;
        }
        var impression = record.Value!;
        writer.Impression(in impression);
    }

    private static void ReadAction<TKey, TImpression, TAction>(
        in KafkaRecord<TAction> record, JoinRecordWriter<TKey, TImpression, TAction> writer)
    {
        if (record.IsPunctuation)
        {
            writer.Punctuation(record.EventTimeMilliseconds);
            return;
        }
        var action = record.Value!;
        writer.Action(in action);
    }
}
