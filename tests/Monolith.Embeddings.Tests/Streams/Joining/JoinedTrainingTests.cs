using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>A trainer that learns what a joiner makes, and whose commits hold the joiner's state.</summary>
public class JoinedTrainingTests
{
    private const int Records = 4000;
    private const long Epoch = 1_700_000_000_000;

    [Test]
    public async Task Trainers_that_are_stopped_and_replaced_come_to_the_same_bits(
        [Values(0, 64)] int ahead, [Values] Staleness staleness)
    {
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        await TrainAsync(whole, ahead, int.MaxValue, staleness);
        foreach (var batches in new[] { 1, 5, 3, 17, 1, 24 }) await TrainAsync(parts, ahead, batches, staleness);
        await TrainAsync(parts, ahead, int.MaxValue, staleness);
        Assert.That(await LearnedAsync(parts), Is.EqualTo(await LearnedAsync(whole)));
    }

    // Without what the joiner says of its segments, which are cut where commits were made; what it joins shows in all the rest.
    private static async Task<IEnumerable<string>> LearnedAsync(SnapshotStore store) =>
        (await RestoredTrainer.FromAsync(store)).Where(part => !part.StartsWith("source:", StringComparison.Ordinal));

    private static async Task TrainAsync(SnapshotStore store, int ahead, int batches, Staleness staleness)
    {
        var schema = CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CrashScenario.CreateModel(schema);
        using var joiner = NewJoiner(schema);
        using var stop = new CancellationTokenSource();
        var options = CrashScenario.CreateOptions();
        (options.ReadAheadBatches, options.Staleness) = (ahead, staleness);
        options.Scored = (_, _) =>
        {
            if (--batches == 0) stop.Cancel();
        };
        await using var trainer = new OnlineTrainer(tables, model, joiner, store, options);
        try
        {
            await trainer.RunAsync(null, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped where it was to be.
        }
    }

    /// <summary>A joiner of three logs that are out of order, with the given number of impressions.</summary>
    internal static OnlineJoiner<long, ScriptedRecord, ScriptedRecord> NewJoiner(FeatureSchema schema, int records = Records)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<ScriptedRecord>(schema, (in ScriptedRecord record, ExampleWriter writer) =>
            writer.Id(user, record.Id % 50).Id(item, record.Id % 300).At(record.Time));
        var joiner = new OnlineJoiner<long, ScriptedRecord, ScriptedRecord>(
            JoinKeys.Int64, new(encoder, record => record.Key),
            new(click, record => record.Key, record => DateTimeOffset.FromUnixTimeMilliseconds(record.Time)),
            new() { Window = TimeSpan.FromSeconds(20), AllowedLateness = TimeSpan.FromSeconds(3), BatchSize = 32 });
        List<ScriptedRecord>[] logs = [[], [], []];
        var random = new Random(5);
        for (var i = 0; i < records; i++)
        {
            var time = Epoch + (i * 50) - random.Next(2500);
            logs[i % 2].Add(new ScriptedRecord(ScriptedKind.Impression, i, time, i, 0, 0));
            if (random.Next(3) == 0) logs[2].Add(new ScriptedRecord(ScriptedKind.Action, i, time + random.Next(25_000), i, 0, 1));
        }
        logs[2].Sort((left, right) => left.Time.CompareTo(right.Time));
        for (var i = 0; i < logs.Length; i++) joiner.Add($"log {i}", new ScriptedLog(logs[i], i), JoinerFixture.Read);
        return joiner;
    }
}
