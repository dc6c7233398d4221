using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;

namespace Monolith.Embeddings.Kafka.Tests.Sources;

/// <summary>
/// Random partitions: times out of order and equal, messages that are no events, punctuations, empty partitions. And the order in which a
/// merge yields them, by a search through the heads.
/// </summary>
internal sealed class MergeStory
{
    private readonly List<List<(long Time, Message<byte[], byte[]> Message, long? Event)>> _partitions = [];

    public MergeStory(int seed, int partitions, int messages)
    {
        var random = new Random(seed);
        for (var partition = 0; partition < partitions; partition++) _partitions.Add([]);
        for (var id = 0L; id < messages; id++)
        {
            var time = 1_700_000_000_000 + (id / 3) + random.Next(20);
            var partition = random.Next(10) == 0 ? 0 : random.Next(partitions);
            _partitions[partition].Add(random.Next(12) switch
            {
                0 => (long.MinValue, new() { Value = [1, 2, 3], Timestamp = new Timestamp(time, TimestampType.CreateTime) }, null),
                1 => (time, KafkaPunctuation.At(DateTimeOffset.FromUnixTimeMilliseconds(time)), null),
                _ => (time, (TopicEvent.Of(id) with { TimeMilliseconds = time }).ToMessage(), id),
            });
        }
        Bad = _partitions.Sum(partition => partition.Count(m => m.Time == long.MinValue));
    }

    /// <summary>How many are no events.</summary>
    public int Bad { get; }

    public void WriteTo(string servers, string topic)
    {
        for (var partition = 0; partition < _partitions.Count; partition++)
        {
            var number = partition;
            Topics.Write(servers, topic, _partitions[partition].Select(m => (number, m.Message)));
        }
    }

    /// <summary>The events in the order of the merge.</summary>
    public List<long> Merged()
    {
        var (next, events) = (new int[_partitions.Count], new List<long>());
        while (true)
        {
            var first = -1;
            for (var i = 0; i < next.Length; i++)
            {
                if (next[i] == _partitions[i].Count) continue;
                if (first < 0 || _partitions[i][next[i]].Time < _partitions[first][next[first]].Time) first = i;
            }
            if (first < 0) return events;
            if (_partitions[first][next[first]++].Event is { } id) events.Add(id);
        }
    }
}
