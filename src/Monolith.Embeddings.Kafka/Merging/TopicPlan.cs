using System.Globalization;
using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Reading;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Merging;

/// <summary>Where a reading begins and ends in each partition, checked against what the broker has.</summary>
/// <param name="options">How the topic is read.</param>
/// <param name="beginnings">A partition each, in order.</param>
internal sealed class TopicPlan(KafkaTopicOptions options, IReadOnlyList<PartitionBounds> beginnings)
{
    public IReadOnlyList<PartitionBounds> Beginnings => beginnings;

    public bool IsFollowing => options.Follow;

    /// <summary>The places at which it begins.</summary>
    public PartitionPlaces PlacesOf(TopicReader reader) =>
        new(beginnings.Select(beginning => new LogPosition(reader.NameOf(beginning.Partition), beginning.From)));

    /// <exception cref="KafkaSourceException">No broker answers, or something is missing.</exception>
    /// <exception cref="ArgumentException">The places are of another topic.</exception>
    public static async Task<TopicPlan> MakeAsync(
        TopicReader reader, KafkaTopicOptions options, PartitionPlaces from, CancellationToken cancellationToken)
    {
        RequireOwn(options, from);
        var count = await reader.CountAsync(cancellationToken).ConfigureAwait(false);
        RequireThere(reader, options, from, count);
        var bounds = await reader.BoundsAsync(0, count, cancellationToken).ConfigureAwait(false);
        var beginnings = new PartitionBounds[count];
        for (var i = 0; i < count; i++)
        {
            // The first reading promises nothing of what was deleted before; what is new since a position begins at 0.
            var next = from.IsStart ? bounds[i].Low.Value : from.Find(reader.NameOf(i))?.Offset ?? 0;
            beginnings[i] = Begin(reader, options, i, next, bounds[i]);
        }
        return new TopicPlan(options, beginnings);
    }

    /// <summary>Where partitions begin that the topic got meanwhile.</summary>
    public async Task<IReadOnlyList<PartitionBounds>> BeginNewAsync(
        TopicReader reader, int first, int count, CancellationToken cancellationToken)
    {
        var bounds = await reader.BoundsAsync(first, count, cancellationToken).ConfigureAwait(false);
        return [.. bounds.Select((bound, i) => Begin(reader, options, first + i, 0, bound))];
    }

    private static PartitionBounds Begin(TopicReader reader, KafkaTopicOptions options, int partition, long next, WatermarkOffsets bounds)
    {
        var from = Deleted.Beginning(reader.NameOf(partition), next, bounds, options, reader.Condition);
        return new(partition, from, options.Follow ? long.MaxValue : bounds.High.Value);
    }

    /// <summary>The partition that a place names; negative where it is of another topic.</summary>
    public static int PartitionOf(KafkaTopicOptions options, string log) =>
        log.StartsWith(options.Topic + "/", StringComparison.Ordinal)
        && int.TryParse(log.AsSpan(options.Topic.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            ? partition : -1;

    private static void RequireOwn(KafkaTopicOptions options, PartitionPlaces from)
    {
        foreach (var place in from.All)
        {
            if (PartitionOf(options, place.Log) >= 0) continue;
            throw new ArgumentException(
                $"The position is of '{place.Log}', and this source reads the topic '{options.Topic}'. A store goes on with the topic that "
                + "its commits were made with; give this source another store.", nameof(from));
        }
    }

    private static void RequireThere(TopicReader reader, KafkaTopicOptions options, PartitionPlaces from, int count)
    {
        var known = from.All.Count == 0 ? 0 : from.All.Max(place => PartitionOf(options, place.Log)) + 1;
        if (known <= count) return;
        throw reader.Condition.Fail(new KafkaSourceException(KafkaSourceStatus.PartitionsMissing,
            $"The topic '{options.Topic}' has {count} partitions, and the position knows {known}: the topic was made anew with fewer, "
            + "and its offsets mean other messages. Read the topic of the position, or give this source a new store."));
    }
}
