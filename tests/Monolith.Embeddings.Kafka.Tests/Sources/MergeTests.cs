using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;

namespace Monolith.Embeddings.Kafka.Tests.Sources;

/// <summary>What comes out of a topic is what a merge of its partitions gives, however it is read.</summary>
public class MergeTests
{
    [Test]
    public async Task Batches_are_those_of_the_merge_whatever_fails_and_wherever_a_reading_goes_on([Range(0, 5)] int seed)
    {
        using var cluster = new MockCluster(3);
        var random = new Random(seed);
        var partitions = 1 + random.Next(4);
        cluster.Create("events", partitions);
        var story = new MergeStory(seed, partitions, 600);
        story.WriteTo(cluster.Servers, "events");
        var expected = story.Merged();
        using var source = EventReader.Open(cluster.Servers, "events", options =>
        {
            options.Records.BadRecords.Limit = long.MaxValue;
            // So little that partitions are paused while others are waited for.
            if (seed % 2 == 0) options.MaxBufferedBytes = KafkaTopicOptions.MinBufferedBytes;
        });

        Assert.That(await EventReader.EventsAsync(source), Is.EqualTo(expected));
        Assert.That(source.BadRecords, Is.EqualTo(story.Bad));
        Assert.That(source.IsDeterministic);

        var (read, position) = (new List<long>(), StreamPosition.Start);
        while (true)
        {
            var most = 1 + random.Next(30);
            var isFaulty = random.Next(3) == 0;
            if (isFaulty) cluster.TakeDown(1 + random.Next(3));
            var reading = EventReader.ReadAsync(source, position, most);
            cluster.BringUp();
            var batches = await reading;
            read.AddRange(batches.SelectMany(batch => batch.Ids));
            if (batches.Count < most) break;
            position = batches[^1].Position;
        }
        Assert.That(read, Is.EqualTo(expected));
    }

    [Test]
    public async Task By_arrival_each_event_comes_once_and_each_partition_stays_in_order()
    {
        using var cluster = new MockCluster();
        cluster.Create("events", 3);
        Topics.WriteEvents(cluster.Servers, "events", 3, 0, 5000);
        using var source = EventReader.Open(cluster.Servers, "events", options => options.Order = KafkaOrder.Arrival);
        var read = await EventReader.EventsAsync(source);
        Assert.That(source.IsDeterministic, Is.False);
        Assert.That(read.Order(), Is.EqualTo(Topics.Numbers(0, 5000)));
        foreach (var partition in read.GroupBy(id => TopicEvent.Of(id).PartitionOf(3)))
            Assert.That(partition, Is.Ordered);
    }

    [Test]
    public async Task A_silent_partition_holds_the_others_until_it_brings_a_punctuation()
    {
        using var cluster = new MockCluster();
        cluster.Create("events", 2);
        Topics.Write(cluster.Servers, "events", [(0, TopicEvent.Of(1).ToMessage())]);
        using var source = EventReader.Open(cluster.Servers, "events", options =>
        {
            (options.Follow, options.Records.BatchSize, options.SilentAfter) = (true, 1, TimeSpan.FromMilliseconds(10));
        });
        var reading = EventReader.ReadAsync(source, most: 1);
        await Wait.UntilAsync(() => source.GetHealth().Status == KafkaSourceStatus.PartitionSilent);
        Assert.That(source.GetHealth().Description, Does.Contain("'events/1'"));
        Assert.That(reading.IsCompleted, Is.False);
        Topics.Write(cluster.Servers, "events", [(1, KafkaPunctuation.At(Topics.Beginning.AddYears(1)))]);
        Assert.That((await reading).Single().Ids, Is.EqualTo(new[] { 1 }));
        Assert.That(source.GetHealth().Status, Is.EqualTo(KafkaSourceStatus.Idle));
    }

    [Test]
    public async Task A_time_of_the_record_goes_before_that_of_the_message()
    {
        using var cluster = new MockCluster();
        cluster.Create("events", 2);
        Topics.WriteEvents(cluster.Servers, "events", 2, 0, 40, isEnd: false);
        using var source = EventReader.Open(
            cluster.Servers, "events", eventTime: e => Topics.Beginning.AddSeconds(e.User % 2));
        var read = await EventReader.EventsAsync(source);
        Assert.That(read.Select(id => TopicEvent.Of(id).User % 2), Is.Ordered);
        Assert.That(read, Has.Length.EqualTo(40));
    }
}
