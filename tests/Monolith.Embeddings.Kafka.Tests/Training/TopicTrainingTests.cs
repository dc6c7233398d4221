using Monolith.Embeddings.Kafka.Processes.Mock;
using Monolith.Embeddings.Kafka.Processes.Training;
using Monolith.Embeddings.Kafka.Tests.Support;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Kafka.Tests.Training;

/// <summary>
/// Trainers that are killed, fenced off and handed over while brokers fail. Batches cut by count: the bits of an undisturbed training. Cut
/// by time: each event was learned exactly once.
/// </summary>
public class TopicTrainingTests
{
    private const int Partitions = 4;
    private const string Topic = "events";

    [Test]
    public Task Kills_and_failing_brokers_change_no_bit() => KilledAsync(TopicTraining.Counted, kills: 2, eventsALife: 8000);

    [Test]
    public Task Kills_and_failing_brokers_lose_no_event_and_learn_none_twice() =>
        KilledAsync(TopicTraining.Timed, kills: 2, eventsALife: 8000);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Many_kills_and_failing_brokers_change_no_bit() => KilledAsync(TopicTraining.Counted, kills: 20, eventsALife: 10_000);

    [Test, Category("Long"), Explicit("Takes some minutes.")]
    public Task Many_kills_and_failing_brokers_lose_no_event() => KilledAsync(TopicTraining.Timed, kills: 20, eventsALife: 10_000);

    [Test]
    public async Task Hand_overs_to_a_standby_and_back_change_no_bit()
    {
        using var brokers = new MockProcess();
        brokers.Create(Topic, Partitions);
        brokers.Create("control", 1);
        var store = new MemorySnapshotStore();
        var written = 0L;
        (KafkaStandby Standby, CancellationTokenSource Ending, Task Run)? before = null;
        for (var turn = 0; turn < 3; turn++)
        {
            var next = Start(brokers.Servers, store);
            if (before is { } last)
            {
                await last.Ending.CancelAsync();
                Assert.That(() => last.Run, Throws.InstanceOf<OperationCanceledException>());
                last.Ending.Dispose();
            }
            await Wait.UntilAsync(() => next.Standby.IsLeading);
            Topics.WriteEvents(brokers.Servers, Topic, Partitions, written, 4000, isEnd: false);
            written += 4000;
            var token = await TokenAsync(store);
            await Wait.UntilAsync(async () => await TokenAsync(store) != token);
            before = next;
        }
        await before!.Value.Ending.CancelAsync();
        Assert.That(() => before.Value.Run, Throws.InstanceOf<OperationCanceledException>());
        Topics.WriteEvents(brokers.Servers, Topic, Partitions, written, 1000);
        await AssertSoundAsync(brokers.Servers, store, TopicTraining.Counted, written + 1000);
    }

    [Test]
    public async Task A_trainer_whose_store_was_taken_over_learns_nothing_that_stays()
    {
        using var brokers = new MockProcess();
        brokers.Create(Topic, Partitions);
        var store = new MemorySnapshotStore();
        Topics.WriteEvents(brokers.Servers, Topic, Partitions, 0, 2000, isEnd: false);
        using var ending = new CancellationTokenSource();
        var first = TopicTraining.TrainAsync(store, brokers.Servers, Topic, TopicTraining.Timed, follow: true);
        await Wait.UntilAsync(async () => await TokenAsync(store) is not null);
        var token = await TokenAsync(store);
        var second = TopicTraining.TrainAsync(store, brokers.Servers, Topic, TopicTraining.Timed, follow: true, ending.Token);
        await Wait.UntilAsync(async () => await TokenAsync(store) != token);
        Topics.WriteEvents(brokers.Servers, Topic, Partitions, 2000, 2000);
        Assert.That(() => first, Throws.Exception);
        await ending.CancelAsync();
        await second;
        await AssertSoundAsync(brokers.Servers, store, TopicTraining.Timed, 4000);
    }

    private static async Task KilledAsync(string cut, int kills, int eventsALife)
    {
        using var brokers = new MockProcess(3);
        using var folder = new TestFolder();
        brokers.Create(Topic, Partitions);
        var written = 0L;
        for (var life = 0; life < kills; life++)
        {
            Topics.WriteEvents(brokers.Servers, Topic, Partitions, written, eventsALife, isEnd: false);
            written += eventsALife;
            var killing = TrainerProcess.KillAfterAsync(folder.Path, brokers.Servers, Topic, cut, commits: 2);
            brokers.TakeDown();
            await Task.Delay(300);
            brokers.BringUp();
            await killing;
        }
        Topics.WriteEvents(brokers.Servers, Topic, Partitions, written, eventsALife);
        await AssertSoundAsync(brokers.Servers, new FileSnapshotStore(folder.Path), cut, written + eventsALife);
    }

    // Goes on to the end, and compares with a training that nothing disturbed, or with the events.
    private static async Task AssertSoundAsync(string servers, SnapshotStore store, string cut, long events)
    {
        var result = await TopicTraining.TrainAsync(store, servers, Topic, cut, follow: false);
        Assert.That(result.Examples, Is.EqualTo(events));
        if (cut == TopicTraining.Counted)
        {
            var undisturbed = await TopicTraining.TrainAsync(new MemorySnapshotStore(), servers, Topic, cut, follow: false);
            Assert.That(result.Lines(), Is.EqualTo(undisturbed.Lines()));
            return;
        }
        Assert.That(result.Rows, Is.EqualTo(Topics.Numbers(0, events).Select(id => $"counts {id} 3F800000")));
    }

    private static (KafkaStandby Standby, CancellationTokenSource Ending, Task Run) Start(string servers, SnapshotStore store)
    {
        var client = Topics.Client(servers);
        // As the mock splits a group most quickly.
        client.Set("group.protocol", "consumer");
        var standby = new KafkaStandby(new() { Client = client, ControlTopic = "control", Group = "trainers" });
        var ending = new CancellationTokenSource();
        return (standby, ending, standby.RunAsync(
            token => TopicTraining.TrainAsync(store, servers, Topic, TopicTraining.Counted, follow: true, token), ending.Token));
    }

    private static async Task<string?> TokenAsync(SnapshotStore store) => (await store.ReadManifestAsync())?.Token;
}
