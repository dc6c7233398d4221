using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.ExampleLogs;

/// <summary>A trainer whose source is logged, with a store of commits and one of the log.</summary>
public class LoggedTrainingTests : LeakChecked
{
    private const int Examples = 400;

    private readonly LogFixture _f = new();

    [Test]
    public async Task The_log_has_what_was_trained([Values(0, 8)] int ahead)
    {
        var (commits, store) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var text = await TrainAsync(commits, store, ahead);
        Assert.That(await _f.ReadAsync(store), Is.EqualTo(LogFixture.Range(0, Examples)));
        var again = await TrainAsync(new MemorySnapshotStore(), null, ahead, new ExampleLogSource(
            new ExampleLog(store), _f.Schema, new() { Records = new() { BatchSize = LogFixture.BatchSize } }));
        Assert.That(again, Is.EqualTo(text), "learned from the log, to the bit");
    }

    [Test]
    public async Task A_trainer_that_is_killed_logs_each_example_once([Range(0, 29)] int seed)
    {
        var (random, commits, store, kills) = (new Random(seed), new MemorySnapshotStore(), new MemorySnapshotStore(), 0);
        for (var lives = random.Next(1, 5); lives > 0; lives--)
        {
            try
            {
                await TrainAsync(commits, new KillableStore(store) { At = random.Next(200) }, random.Next(2) * 8);
            }
            catch (Exception killed) when (killed.GetBaseException() is KilledException)
            {
                kills++;
            }
        }
        var text = await TrainAsync(commits, store, 8);
        Assert.That(await _f.ReadAsync(store), Is.EqualTo(LogFixture.Range(0, Examples)), $"{kills} kills");
        Assert.That(text, Is.EqualTo(await TrainAsync(new MemorySnapshotStore(), null, 0)), "and learned each once");
    }

    private async Task<string> TrainAsync(SnapshotStore commits, SnapshotStore? store, int ahead, ExampleSource? source = null)
    {
        source ??= _f.Numbers(Examples);
        if (store is not null) source = source.LoggedTo(new ExampleLog(store));
        using var tables = new EmbeddingTableSet(_f.Schema);
        using var model = new LogisticRegression(_f.Schema);
        var options = new OnlineTrainerOptions
        {
            ReadAheadBatches = ahead,
            Synchronization = new() { SparseEvery = Schedule.ByBatches(7) },
        };
        await using var trainer = new OnlineTrainer(tables, model, source, commits, options);
        await trainer.RunAsync();
        using var dense = new MemoryStream();
        model.Save(dense);
        var rows = new float[Examples];
        tables["numbers"].Lookup([.. LogFixture.Range(0, Examples)], rows);
        return string.Join(' ', trainer.Steps, trainer.Examples, Convert.ToHexString(dense.ToArray()), string.Join(' ', Bits.Of(rows)));
    }
}
