using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Kafka.Tests.Joining;

/// <summary>
/// Impressions of one topic and actions of another: each impression gives an example, with its label, in each trainer that reads.
/// </summary>
public class JoinedTopicsTests
{
    [Test]
    public async Task Hand_overs_with_the_state_change_no_example([Range(0, 3)] int seed)
    {
        using var cluster = new MockCluster(3);
        var random = new Random(seed);
        var partitions = 1 + random.Next(3);
        cluster.Create("impressions", partitions);
        cluster.Create("actions", partitions);
        var expected = Write(cluster.Servers, partitions, random);
        List<(long, float)> whole;
        using (var alone = await JoinedTopics.OpenAsync(cluster.Servers)) whole = (await alone.ReadAsync(default, int.MaxValue)).Examples;
        Assert.That(whole.Order(), Is.EqualTo(expected.Order()));

        var (examples, position, state) = (new List<(long, float)>(), StreamPosition.Start, new SourceState());
        while (true)
        {
            using var topics = await JoinedTopics.OpenAsync(cluster.Servers);
            if (!position.IsStart) await topics.Joiner.RestoreStateAsync(position, state, default);
            var fallen = 1 + random.Next(3);
            cluster.TakeDown(fallen);
            var reading = topics.ReadAsync(position, 1 + random.Next(40));
            cluster.BringUp(fallen);
            var (read, next) = await reading;
            examples.AddRange(read);
            if (next is not { } behind) break;
            position = behind;
            state = await topics.Joiner.CaptureState(position).CopyAsync();
        }
        Assert.That(examples, Is.EqualTo(whole));
    }

    [Test]
    public void Topics_of_different_numbers_of_partitions_are_refused()
    {
        using var cluster = new MockCluster();
        cluster.Create("impressions", 2);
        cluster.Create("actions", 3);
        Assert.That(() => JoinedTopics.OpenAsync(cluster.Servers), Throws.TypeOf<KafkaSourceException>().With.Message.StartsWith(
            "'impressions' has 2 partitions and 'actions' 3: they are not partitioned by the join key in the same way."));
    }

    [Test]
    public async Task Messages_that_are_no_events_go_to_their_topic()
    {
        using var cluster = new MockCluster();
        cluster.Create("impressions", 1);
        cluster.Create("actions", 1);
        cluster.Create("dead", 1);
        Topics.Write(cluster.Servers, "impressions", [(0, TopicEvent.Of(1).ToMessage()), (0, new() { Value = [1] })]);
        Topics.Write(cluster.Servers, "actions", [(0, new() { Value = [2] }), (0, TopicEvent.Of(1).ToMessage())]);
        using var dead = new KafkaDeadLetters(Topics.Client(cluster.Servers), "dead");
        using var topics = await JoinedTopics.OpenAsync(cluster.Servers, bad: dead.Policy<TopicEvent>());
        Assert.That((await topics.ReadAsync(default, int.MaxValue)).Examples, Is.EqualTo(new[] { (1L, 1f) }));
        var letters = TestMessages.Read(cluster.Servers, "dead", 0, 0, 2);
        Assert.That(letters.Select(letter => letter.Message.Value[0]), Is.EquivalentTo(new[] { 1, 2 }));
    }

    // Impressions 50 ms apart, out of order by up to a second; three in ten have an action, some of them before, some beyond the window.
    private static List<(long, float)> Write(string servers, int partitions, Random random)
    {
        var (examples, impressions, actions) = (new List<(long, float)>(), new List<TopicEvent>(), new List<TopicEvent>());
        for (var id = 0L; id < 1500; id++)
        {
            var shown = TopicEvent.Of(id) with { TimeMilliseconds = 1_700_000_000_000 + (id * 50) };
            impressions.Add(shown);
            var delay = random.Next(10) < 3 ? random.Next(-500, 13_000) : int.MaxValue;
            if (delay < int.MaxValue) actions.Add(shown with { TimeMilliseconds = shown.TimeMilliseconds + delay });
            examples.Add((id, delay <= 10_000 ? 1 : 0));
        }
        Write(servers, "impressions", partitions, impressions, random);
        Write(servers, "actions", partitions, actions, random);
        return examples;
    }

    private static void Write(string servers, string topic, int partitions, List<TopicEvent> events, Random random)
    {
        var ordered = events.OrderBy(e => e.TimeMilliseconds + random.Next(1000));
        Topics.Write(servers, topic, ordered.Select(e => ((int)(e.Id % partitions), e.ToMessage()))
            .Concat(Enumerable.Range(0, partitions).Select(partition => (partition, KafkaPunctuation.At(Topics.Beginning.AddHours(1))))));
    }
}
