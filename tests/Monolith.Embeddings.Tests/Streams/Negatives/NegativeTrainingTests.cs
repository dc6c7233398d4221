using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Streams.ExampleLogs;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>A trainer that learns from sampled negatives, and is killed.</summary>
public class NegativeTrainingTests : LeakChecked
{
    private readonly SamplerFixture _f = new();
    private readonly List<SampledEvent> _events = SamplerFixture.Random(3, 1200, items: 80);

    [Test]
    public async Task A_trainer_that_is_killed_learns_the_same_bits([Range(0, 19)] int seed)
    {
        var (random, commits, kills) = (new Random(seed), new MemorySnapshotStore(), 0);
        var power = seed % 2 * 0.75;
        var staleness = seed % 4 < 2 ? Staleness.None : Staleness.OneBatch;
        for (var lives = random.Next(2, 6); lives > 0; lives--)
        {
            try
            {
                await TrainAsync(new KillableStore(commits) { At = random.Next(20, 120) }, random.Next(2) * 8, power, staleness);
            }
            catch (Exception killed) when (killed.GetBaseException() is KilledException)
            {
                kills++;
            }
        }
        var text = await TrainAsync(commits, 8, power, staleness);
        Assert.That(text, Is.EqualTo(await TrainAsync(new MemorySnapshotStore(), 0, power, staleness)), $"{kills} kills");
    }

    [Test]
    public async Task The_log_of_examples_holds_the_negatives_once([Range(0, 4)] int seed)
    {
        var (random, commits, store) = (new Random(seed), new MemorySnapshotStore(), new MemorySnapshotStore());
        for (var lives = 3; lives > 0; lives--)
        {
            try
            {
                await TrainAsync(new KillableStore(commits) { At = random.Next(20, 120) }, 8, 0, store: store);
            }
            catch (Exception killed) when (killed.GetBaseException() is KilledException)
            {
            }
        }
        await TrainAsync(commits, 8, 0, store: store);
        var logged = await SamplerFixture.ReadAsync(_f, new ExampleLogSource(new ExampleLog(store), _f.Schema));
        var sampled = await SamplerFixture.ReadAsync(_f, NewSampler(0));
        Assert.That(string.Join('\n', logged), Is.EqualTo(string.Join('\n', sampled)));
    }

    private NegativeSampler NewSampler(double power)
    {
        var options = _f.Options;
        options.Power = power;
        return _f.Source(_events, 10).WithNegatives(options);
    }

    private async Task<string> TrainAsync(
        SnapshotStore commits, int ahead, double power, Staleness staleness = Staleness.None, SnapshotStore? store = null)
    {
        ExampleSource source = NewSampler(power);
        if (store is not null) source = source.LoggedTo(new ExampleLog(store));
        using var tables = new EmbeddingTableSet(_f.Schema);
        using var model = new LogisticRegression(_f.Schema, new() { Tasks = ["click"] });
        var options = new OnlineTrainerOptions
        {
            ReadAheadBatches = ahead,
            Staleness = staleness,
            Synchronization = new() { SparseEvery = Schedule.ByBatches(7) },
        };
        await using var trainer = new OnlineTrainer(tables, model, source, commits, options);
        await trainer.RunAsync();
        using var dense = new MemoryStream();
        model.Save(dense);
        long[] ids = [.. _events.SelectMany(happened => happened.Items).Distinct()];
        var rows = new float[ids.Length];
        tables["items"].Lookup(ids, rows);
        return string.Join(' ', trainer.Steps, trainer.Examples, Convert.ToHexString(dense.ToArray()), string.Join(' ', Bits.Of(rows)));
    }
}
