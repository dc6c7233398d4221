using Confluent.Kafka;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Tests.Sources;

/// <summary>Each fault is a clear sentence, a state of health and a metric, and loses nothing.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly FaultCounts _faults = new();

    public void Dispose() => _faults.Dispose();

    [Test]
    public void Brokers_that_are_away_at_the_beginning_are_waited_for_so_long()
    {
        using var source = EventReader.Open("127.0.0.1:1", "away", options => options.ConnectTimeout = TimeSpan.FromMilliseconds(300));
        var thrown = Assert.ThrowsAsync<KafkaSourceException>(() => EventReader.EventsAsync(source));
        Assert.That(thrown!.Status, Is.EqualTo(KafkaSourceStatus.BrokerUnreachable));
        Assert.That(thrown.Message, Does.StartWith("No broker of '127.0.0.1:1' answered within 00:00:00.3000000"));
        Assert.That(source.GetHealth().Status, Is.EqualTo(KafkaSourceStatus.BrokerUnreachable));
        Assert.That(_faults.Of("away", "broker_unreachable"), Is.Positive);
    }

    [Test]
    public async Task Brokers_that_go_away_later_are_waited_for_and_nothing_is_lost()
    {
        using var cluster = new MockCluster(2);
        cluster.Create("later", 1);
        Topics.Write(cluster.Servers, "later", [(0, TopicEvent.Of(1).ToMessage())]);
        using var source = EventReader.Open(cluster.Servers, "later", options => (options.Follow, options.Records.BatchSize) = (true, 1));
        var batches = EventReader.ReadAsync(source, most: 2);
        await Wait.UntilAsync(() => source.GetHealth().Messages == 1);
        cluster.TakeDown();
        await Wait.UntilAsync(() => source.GetHealth().Status == KafkaSourceStatus.BrokerUnreachable);
        Assert.That(source.GetHealth().Description, Does.StartWith($"No broker of '{cluster.Servers}' answers since "));
        cluster.BringUp();
        await Wait.UntilAsync(() => source.GetHealth().Status == KafkaSourceStatus.Reading);
        Topics.Write(cluster.Servers, "later", [(0, TopicEvent.Of(2).ToMessage())]);
        Assert.That((await batches).SelectMany(batch => batch.Ids), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(_faults.Of("later", "broker_unreachable"), Is.Positive);
    }

    [Test]
    public void A_topic_that_is_not_there_is_said()
    {
        using var cluster = new MockCluster();
        cluster.Create("other", 1);
        using var source = EventReader.Open(cluster.Servers, "other", options => options.Topic = "misspelt");
        AssertRefused(source, default, KafkaSourceStatus.TopicMissing, "There is no topic 'misspelt' at ");
        Assert.That(_faults.Of("misspelt", "topic_missing"), Is.EqualTo(1));
    }

    [Test]
    public async Task Fewer_partitions_than_the_position_knows_are_refused()
    {
        using var large = new MockCluster();
        using var small = new MockCluster();
        large.Create("fewer", 3);
        small.Create("fewer", 2);
        Topics.WriteEvents(large.Servers, "fewer", 3, 0, 20);
        using var first = EventReader.Open(large.Servers, "fewer");
        using var second = EventReader.Open(small.Servers, "fewer");
        var position = (await EventReader.ReadAsync(first, most: 1))[0].Position;
        AssertRefused(
            second, position, KafkaSourceStatus.PartitionsMissing, "The topic 'fewer' has 2 partitions, and the position knows 3:");
        Assert.That(_faults.Of("fewer", "partitions_missing"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_position_behind_the_end_is_refused()
    {
        using var full = new MockCluster();
        using var empty = new MockCluster();
        full.Create("beyond", 1);
        empty.Create("beyond", 1);
        Topics.WriteEvents(full.Servers, "beyond", 1, 0, 20);
        using var first = EventReader.Open(full.Servers, "beyond");
        using var second = EventReader.Open(empty.Servers, "beyond");
        var position = (await EventReader.ReadAsync(first, most: 1))[0].Position;
        AssertRefused(
            second, position, KafkaSourceStatus.PositionBeyondEnd, "The position goes on at offset 7 of 'beyond/0', which ends at 0");
        Assert.That(_faults.Of("beyond", "position_beyond_end"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_position_of_another_topic_is_refused()
    {
        using var cluster = new MockCluster();
        cluster.Create("mine", 1);
        cluster.Create("yours", 1);
        Topics.WriteEvents(cluster.Servers, "mine", 1, 0, 20);
        using var first = EventReader.Open(cluster.Servers, "mine");
        using var second = EventReader.Open(cluster.Servers, "yours");
        var position = (await EventReader.ReadAsync(first, most: 1))[0].Position;
        Assert.That(() => EventReader.EventsAsync(second, position),
            Throws.ArgumentException.With.Message.StartsWith("The position is of 'mine/0', and this source reads the topic 'yours'."));
    }

    [Test]
    public async Task Deleted_messages_are_refused_or_skipped_and_counted([Values] DeletedOffsets policy)
    {
        var topic = $"deleted-{policy}";
        using var cluster = new MockCluster();
        cluster.Create(topic, 1);
        Topics.Write(cluster.Servers, topic, [(0, TopicEvent.Of(0).ToMessage())]);
        using var source = EventReader.Open(
            cluster.Servers, topic, options => (options.DeletedOffsets, options.Records.BatchSize) = (policy, 1));
        var position = (await EventReader.ReadAsync(source, most: 1))[0].Position;
        WritePadding(cluster.Servers, topic, 80);
        Topics.Write(cluster.Servers, topic, [(0, TopicEvent.Of(1).ToMessage())]);
        if (policy == DeletedOffsets.Refuse)
        {
            AssertRefused(source, position, KafkaSourceStatus.OffsetsDeleted, "The broker has deleted the messages 1 to before ");
        }
        else
        {
            Assert.That(await EventReader.EventsAsync(source, position), Is.EqualTo(new[] { 1 }));
            Assert.That(source.GetHealth().DeletedMessages, Is.Positive);
        }
        Assert.That(_faults.Of(topic, "offsets_deleted"), Is.EqualTo(1));
        // A first reading promises nothing of what was there before.
        using var fresh = EventReader.Open(cluster.Servers, topic);
        Assert.That(await EventReader.EventsAsync(fresh), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Messages_that_are_deleted_while_a_reading_is_behind_are_refused_or_skipped([Values] DeletedOffsets policy)
    {
        var topic = $"behind-{policy}";
        using var cluster = new MockCluster();
        cluster.Create(topic, 1);
        Topics.Write(cluster.Servers, topic, [(0, TopicEvent.Of(0).ToMessage())]);
        WritePadding(cluster.Servers, topic, 20);
        using var source = EventReader.Open(cluster.Servers, topic, options =>
        {
            (options.DeletedOffsets, options.Records.BatchSize, options.Follow) = (policy, 1, true);
            options.MaxBufferedBytes = KafkaTopicOptions.MinBufferedBytes;
            // The client fetches little ahead.
            options.Client.Set("queued.max.messages.kbytes", "1");
            options.Client.Set("queued.min.messages", "1");
            options.Client.Set("fetch.message.max.bytes", "1000");
        });
        await using var batches = source.ReadAsync(default, default).GetAsyncEnumerator();
        Assert.That(await batches.MoveNextAsync());
        batches.Current.Dispose();
        WritePadding(cluster.Servers, topic, 80);
        Topics.Write(cluster.Servers, topic, [(0, TopicEvent.Of(1).ToMessage())]);
        if (policy == DeletedOffsets.Refuse)
        {
            var thrown = Assert.ThrowsAsync<ExampleSourceException>(async () => await batches.MoveNextAsync());
            Assert.That(thrown!.InnerException, Is.TypeOf<KafkaSourceException>());
            Assert.That(source.GetHealth().Status, Is.EqualTo(KafkaSourceStatus.OffsetsDeleted));
        }
        else
        {
            Assert.That(await batches.MoveNextAsync());
            Assert.That(source.GetHealth().DeletedMessages, Is.Positive);
            batches.Current.Dispose();
        }
        Assert.That(_faults.Of(topic, "offsets_deleted"), Is.Positive);
    }

    [Test]
    public async Task Messages_that_are_no_events_go_to_their_topic_and_are_passed()
    {
        using var cluster = new MockCluster();
        cluster.Create("mixed", 1);
        cluster.Create("dead", 1);
        Message<byte[], byte[]> bad = new() { Key = [9], Value = [1, 2], Headers = new Headers { { "own", [5] } } };
        Topics.Write(cluster.Servers, "mixed", [(0, TopicEvent.Of(1).ToMessage()), (0, bad), (0, TopicEvent.Of(2).ToMessage())]);
        using var dead = new KafkaDeadLetters(Topics.Client(cluster.Servers), "dead");
        using var source = EventReader.Open(
            cluster.Servers, "mixed", options => options.Records.BadRecords = dead.Policy<TopicEvent>());
        Assert.That(await EventReader.EventsAsync(source), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((source.BadRecords, dead.Count), Is.EqualTo((1, 1)));
        var letter = TestMessages.Read(cluster.Servers, "dead", 0, 0, 1).Single().Message;
        Assert.That((letter.Key, letter.Value), Is.EqualTo((bad.Key, bad.Value)));
        Assert.That(letter.Headers.Select(h => $"{h.Key}={System.Text.Encoding.UTF8.GetString(h.GetValueBytes())}"), Is.EqualTo(new[]
        {
            "own=\u0005", "monolith-topic=mixed", "monolith-partition=0", "monolith-offset=1",
            "monolith-error=It has 2 bytes; an event has 25.",
        }));
    }

    [Test]
    public void Without_a_policy_the_first_such_message_ends_the_reading()
    {
        using var cluster = new MockCluster();
        cluster.Create("poison", 1);
        Topics.Write(cluster.Servers, "poison", [(0, TopicEvent.Of(1).ToMessage()), (0, new() { Value = [1] })]);
        using var source = EventReader.Open(cluster.Servers, "poison");
        Assert.That(() => EventReader.EventsAsync(source), Throws.TypeOf<ExampleSourceException>().With.Message.StartsWith(
            "poison/0, offset 1 cannot be encoded: It has 1 bytes; an event has 25."));
    }

    [Test]
    public async Task A_group_that_somebody_else_uses_is_noticed()
    {
        using var cluster = new MockCluster();
        cluster.Create("shared", 1);
        Topics.WriteEvents(cluster.Servers, "shared", 1, 0, 30);
        using var source = EventReader.Open(cluster.Servers, "shared", options => options.Group = "monitored");
        var batches = await EventReader.ReadAsync(source);
        await source.CommittedAsync(batches[0].Position, default);
        await Wait.UntilAsync(() => Committed(cluster.Servers, "shared") == 7);
        Commit(cluster.Servers, "shared", 3);
        await source.CommittedAsync(batches[1].Position, default);
        await Wait.UntilAsync(() => source.GetHealth().Status == KafkaSourceStatus.GroupTaken);
        Assert.That(source.GetHealth().Description, Does.Contain("it has offset 3 of 'shared/0', and 7 was written last"));
        Assert.That(_faults.Of("shared", "group_taken"), Is.EqualTo(1));
        await Wait.UntilAsync(() => Committed(cluster.Servers, "shared") == 14);
    }

    [Test]
    public async Task New_partitions_begin_at_0()
    {
        // The mock cannot give a topic more partitions: the second cluster has the same messages in the first two.
        using var before = new MockCluster();
        using var after = new MockCluster();
        before.Create("grown", 2);
        after.Create("grown", 3);
        Topics.WriteEvents(before.Servers, "grown", 2, 0, 50, isEnd: false);
        Topics.WriteEvents(after.Servers, "grown", 2, 0, 50, isEnd: false);
        Topics.Write(after.Servers, "grown", [(2, TopicEvent.Of(100).ToMessage())]);
        using var first = EventReader.Open(before.Servers, "grown");
        using var second = EventReader.Open(after.Servers, "grown");
        var batches = await EventReader.ReadAsync(first, most: 3);
        var read = await EventReader.EventsAsync(second, batches[^1].Position);
        Assert.That(batches.SelectMany(batch => batch.Ids).Concat(read).Order(), Is.EqualTo(Topics.Numbers(0, 50).Append(100)));
    }

    // More than the mock keeps where it is 60 or more: about 5 MB a partition. Padding is no event.
    private static void WritePadding(string servers, string topic, int messages) =>
        Topics.Write(servers, topic, Enumerable.Repeat((0, new Message<byte[], byte[]>
        {
            Value = new byte[100_000],
            Headers = new Headers { { KafkaPunctuation.HeaderName, [] } },
        }), messages));

    private static void AssertRefused(
        KafkaExampleSource<TopicEvent> source, StreamPosition position, KafkaSourceStatus status, string text)
    {
        var thrown = Assert.ThrowsAsync<KafkaSourceException>(() => EventReader.EventsAsync(source, position));
        Assert.That(thrown!.Message, Does.StartWith(text));
        Assert.That(thrown.Status, Is.EqualTo(status));
        Assert.That(source.GetHealth().Status, Is.EqualTo(status));
        Assert.That(source.GetHealth().Description, Is.EqualTo(thrown.Message));
    }

    private static long Committed(string servers, string topic)
    {
        using var consumer = Consumer(servers);
        return consumer.Committed([new TopicPartition(topic, 0)], TimeSpan.FromSeconds(10))[0].Offset.Value;
    }

    private static void Commit(string servers, string topic, long offset)
    {
        using var consumer = Consumer(servers);
        consumer.Commit([new TopicPartitionOffset(topic, 0, offset)]);
    }

    private static IConsumer<byte[], byte[]> Consumer(string servers) => new ConsumerBuilder<byte[], byte[]>(
        new ConsumerConfig(Topics.Client(servers)) { GroupId = "monitored", EnableAutoCommit = false }).Build();
}
