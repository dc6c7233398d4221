using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Serving;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Reading;
using Monolith.Embeddings.Training.Stale;

namespace Monolith.Embeddings.Tests.Training.Stale;

/// <summary>One batch stale, beside what else a trainer does: the bits are those of the same trainer that reads nothing ahead.</summary>
public class StaleCompositionTests : LeakChecked
{
    [Test]
    public async Task Slices_and_a_correction_see_the_same_examples()
    {
        for (var seed = 400; seed < 404; seed++)
        {
            var shop = new StaleShop(seed);
            Assert.That(await ScoredAsync(shop, 2), Is.EqualTo(await ScoredAsync(shop, 0)), $"seed {seed}");
        }
    }

    [Test]
    public async Task Rows_that_were_there_before_the_first_batch_are_read_as_they_are()
    {
        var shop = new StaleShop(500);
        var store = new MemorySnapshotStore();
        await shop.TrainInLivesAsync(StaleShop.Events, 2, store);
        Assert.That(await WarmAsync(shop, store, 2), Is.EqualTo(await WarmAsync(shop, store, 0)));
    }

    [Test]
    public async Task An_event_time_that_is_set_back_between_two_runs_changes_no_bit_of_what_is_read()
    {
        for (var seed = 600; seed < 606; seed++)
        {
            var shop = new StaleShop(seed);
            var expected = await SetBackAsync(shop, 0, isRestarted: false);
            Assert.That(await SetBackAsync(shop, 2, isRestarted: false), Is.EqualTo(expected), $"seed {seed}");
            Assert.That(await SetBackAsync(shop, 2, isRestarted: true), Is.EqualTo(expected), $"seed {seed}, restarted");
        }
    }

    [Test]
    public async Task Ids_that_are_forgotten_between_two_batches_leave_the_same_bits_read_ahead_or_late()
    {
        for (var seed = 720; seed < 726; seed++)
        {
            var shop = new StaleShop(seed);
            Assert.That(await ForgettingAsync(shop, 2), Is.EqualTo(await ForgettingAsync(shop, 0)), $"seed {seed}");
        }
        // Of some batches nothing is left.
        var single = new StaleShop(726, batchSize: 1);
        Assert.That(await ForgettingAsync(single, 2), Is.EqualTo(await ForgettingAsync(single, 0)), "batches of one example");
    }

    [Test]
    public void Whatever_removes_a_row_leaves_no_value_for_a_commit([Values("remove", "forget", "clear")] string how)
    {
        var shop = new StaleShop(902);
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        var stale = new StaleLookups(tables, shop.Schema, 1, null);
        var batch = Read(shop, model, shop.CreateBatch(0));
        stale.LookupOrAdmitAsync(batch, false, model.DerivedFeatures, DateTimeOffset.UnixEpoch, 0).AsTask().GetAwaiter().GetResult();
        stale.Begin(null);
        stale.End();
        var none = sizeof(int) + sizeof(int);
        Assert.That(stale.Save(), Has.Length.GreaterThan(none));
        var table = tables["categories"];
        var id = table.EnumerateRows().Ids().First();
        if (how == "remove") table.Remove([id]);
        else if (how == "forget") table.Forget([id]);
        else table.Clear();
        Assert.That(stale.Save(), Has.Length.EqualTo(none));
    }

    [Test]
    public async Task A_run_that_is_cancelled_at_any_batch_goes_on_to_the_same_bits([Values(0, 3)] int ahead)
    {
        var shop = new StaleShop(700);
        var expected = await shop.TrainAsync(Staleness.OneBatch);
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        var (logits, options) = (new List<float>(), shop.CreateOptions(Staleness.OneBatch, ahead));
        CancellationTokenSource? stop = null;
        options.Scored = (_, scored) =>
        {
            logits.AddRange(scored);
            stop!.Cancel();
        };
        await using var trainer = new OnlineTrainer(tables, model, shop.CreateSource(), options);
        var runs = 0;
        for (var isDone = false; !isDone; runs++)
        {
            using var stopping = stop = new CancellationTokenSource();
            try
            {
                await trainer.RunAsync(null, stopping.Token);
                isDone = trainer.Examples == StaleShop.Events;
            }
            catch (OperationCanceledException)
            {
                // After each batch.
            }
        }
        Assert.That(runs, Is.GreaterThan(StaleShop.Events / shop.BatchSize - 1));
        Assert.That(StaleShop.StateOf(tables, model, logits), Is.EqualTo(expected));
    }

    [Test]
    public void A_model_that_throws_while_the_next_batch_is_read_ends_the_run_and_returns_both_batches()
    {
        var shop = new StaleShop(800);
        using var tables = shop.CreateTables();
        using var model = new HookedModel(new LogisticRegression(shop.Schema, new() { Tasks = ["click", "buy"] }));
        var batches = 0;
        model.Training = _ =>
        {
            if (++batches == 5) throw new InterruptionException();
        };
        var options = shop.CreateOptions(Staleness.OneBatch);
        options.ClipGlobalNorm = null;
        var trainer = new OnlineTrainer(tables, model, shop.CreateSource(), options);
        Assert.That(() => trainer.RunAsync(), Throws.InstanceOf<InterruptionException>());
        Assert.That(() => trainer.RunAsync(), Throws.InvalidOperationException.With.Message.Contains("in the middle"));
        Assert.That(() => trainer.DisposeAsync().AsTask(), Throws.Nothing);
    }

    // By one thread, since the runtime allocates on others when it likes: what is read beside the training is read once more by this one.
    [Test]
    public void Nothing_is_allocated_a_batch()
    {
        var shop = new StaleShop(902);
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        var stale = new StaleLookups(tables, shop.Schema, 1, null);
        var gradients = new FeatureBlocks(shop.Schema.Layout, BlockUse.Gradient, null);
        ReadBatch[] batches = [.. Enumerable.Range(0, 8).Select(i => Read(shop, model, shop.CreateBatch(i * shop.BatchSize)))];
        var allocated = long.MaxValue;
        // The first rounds let buffers grow; now and then the pool makes a thread.
        for (var round = 0; round < 8; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) Learn(i);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(allocated, Is.Zero);

        void Learn(int step)
        {
            var read = stale.TakeNext() ?? batches[step % batches.Length];
            var isLate = step % 3 == 0;
            stale.LookupOrAdmitAsync(read, isLate, model.DerivedFeatures, DateTimeOffset.UnixEpoch, step).AsTask().GetAwaiter().GetResult();
            stale.Begin(batches[(step + 1) % batches.Length]);
            stale.End();
            stale.Run(0, 1);
            gradients.Resize(read.Examples.Rows);
            gradients.Clear();
            stale.Layer.SumGradients(gradients);
            stale.Layer.ApplySummedGradientsAsync(DateTimeOffset.UnixEpoch, step).AsTask().GetAwaiter().GetResult();
        }
    }

    private static ReadBatch Read(StaleShop shop, OnlineModel model, ExampleBatch batch)
    {
        var ids = new CollectedIds(shop.Schema);
        ids.Collect(batch, model.DerivedFeatures, learns: true);
        return new ReadBatch(batch, ids);
    }

    private static async Task<string> ScoredAsync(StaleShop shop, int ahead)
    {
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        var (logits, options) = (new List<float>(), shop.CreateOptions(Staleness.OneBatch, ahead));
        options.Scored = (_, scored) => logits.AddRange(scored);
        options.Calibration = new();
        options.Metrics.Slices.Add(new() { Slot = "user", By = SliceBy.Row });
        options.Metrics.Slices.Add(new() { Slot = "item", By = SliceBy.Occurrences });
        await using var trainer = new OnlineTrainer(tables, model, shop.CreateSource(), options);
        await trainer.RunAsync();
        return string.Join('\n', [
            StaleShop.StateOf(tables, model, logits), .. trainer.SlicesOf(shop.Click).Select(slice => $"{slice.Name} {slice.Total}"),
            $"{trainer.Metrics.Total(shop.Buy)}", $"{trainer.UncorrectedMetrics!.Total(shop.Click)}",
        ]);
    }

    private static async Task<string> WarmAsync(StaleShop shop, SnapshotStore store, int ahead)
    {
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        await WarmStart.LoadAsync(store, tables);
        var logits = new List<float>();
        var options = shop.CreateOptions(Staleness.OneBatch, ahead);
        options.Scored = (_, scored) => logits.AddRange(scored);
        await using var trainer = new OnlineTrainer(tables, model, shop.CreateSource(), options);
        await trainer.RunAsync();
        return StaleShop.StateOf(tables, model, logits);
    }

    private static async Task<string> SetBackAsync(StaleShop shop, int ahead, bool isRestarted)
    {
        var (store, logits) = (new MemorySnapshotStore(), new List<float>());
        var source = new GrowingSource(shop, StaleShop.Events / 2 / shop.BatchSize * shop.BatchSize);
        var state = await SetBackAsync(shop, ahead, store, source, logits, goesOn: !isRestarted);
        source.Events = StaleShop.Events;
        return isRestarted ? await SetBackAsync(shop, ahead, store, source, logits, goesOn: false) : state;
    }

    // The time that is set back is in no commit, so that a trainer that is restarted sets it back first.
    private static async Task<string> SetBackAsync(
        StaleShop shop, int ahead, SnapshotStore store, GrowingSource source, List<float> logits, bool goesOn)
    {
        var time = DateTimeOffset.UnixEpoch.AddDays(19_000).AddMinutes(60);
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        var options = shop.CreateOptions(Staleness.OneBatch, ahead);
        options.Scored = (_, scored) => logits.AddRange(scored);
        await using var trainer = new OnlineTrainer(tables, model, source, store, options);
        if (source.Events == StaleShop.Events) await trainer.SetEventTimeBackAsync(time);
        await trainer.RunAsync();
        if (goesOn)
        {
            await trainer.SetEventTimeBackAsync(time);
            source.Events = StaleShop.Events;
            await trainer.RunAsync();
        }
        return StaleShop.StateOf(tables, model, logits);
    }

    // Users 1 and 2 are forgotten behind the fifth batch.
    private static async Task<string> ForgettingAsync(StaleShop shop, int ahead)
    {
        using var tables = shop.CreateTables();
        using var model = shop.CreateModel();
        var (store, logits, batches) = (new MemorySnapshotStore(), new List<float>(), 0);
        Task<ForgetReport>? forgetting = null;
        OnlineTrainer? trainer = null;
        var options = shop.CreateOptions(Staleness.OneBatch, ahead);
        options.Synchronization = new() { SparseEvery = Timeout.InfiniteTimeSpan };
        options.Scored = (_, scored) =>
        {
            logits.AddRange(scored);
            if (++batches == 5) forgetting = trainer!.ForgetAsync(new ForgetRequest().Add("users", 1).Add("users", 2));
        };
        await using var training = trainer = new OnlineTrainer(tables, model, shop.CreateSource(), store, options);
        await trainer.RunAsync();
        Assert.That((await forgetting!).RowsRemoved + trainer.SuppressedExamples, Is.Positive);
        Assert.That(tables["users"].Contains(1), Is.False);
        return StaleShop.StateOf(tables, model, logits);
    }

    private sealed class GrowingSource(StaleShop shop, int events) : ExampleSource
    {
        public int Events { get; set; } = events;

        public override FeatureSchema Schema => shop.Schema;

        public override bool CanRewind => true;

        public override bool IsDeterministic => true;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            shop.CreateSource(Events).ReadAsync(from, cancellationToken);
    }
}
