using System.Runtime.CompilerServices;
using Monolith.Embeddings.Consumer.Tests.Faults.Stores;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Threads;

/// <summary>Callbacks that call into what calls them, and wait for the answer: an answer or an exception, never a hang.</summary>
public class ReentrancyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly (string Name, Func<SmallTrainer, Task> Call)[] Calls =
    [
        ("dispose", trainer => trainer.Trainer.DisposeAsync().AsTask()),
        ("dispose on another thread", trainer => Task.Run(() => trainer.Trainer.DisposeAsync().AsTask())),
        ("run", trainer => trainer.Trainer.RunAsync()),
        ("set back", trainer => trainer.Trainer.SetEventTimeBackAsync(DateTimeOffset.UnixEpoch.AddYears(50))),
        ("set back on another thread",
            trainer => Task.Run(() => trainer.Trainer.SetEventTimeBackAsync(DateTimeOffset.UnixEpoch.AddYears(50)))),
        ("evict", trainer => Task.Run(() => trainer.Tables.Evict())),
        ("clear", trainer => Task.Run(() => trainer.Tables.Tables[0].Clear())),
        ("dispose the tables", trainer => Task.Run(trainer.Tables.Dispose)),
        ("dispose the model", trainer => Task.Run(trainer.Model.Dispose)),
        ("another trainer", async trainer => await new OnlineTrainer(
            trainer.Tables, trainer.Model, ExampleSource.From(() => Array.Empty<(long, long, bool, long)>(),
                SmallTrainer.Encoder((FeatureSchema)trainer.Tables.Schema), 4)).RunAsync()),
    ];

    [Test]
    public async Task A_callback_of_a_trainer_that_waits_for_its_trainer_does_not_hang([Range(0, 9)] int number, [Range(0, 4)] int place)
    {
        var (name, call) = Calls[number];
        SmallTrainer? owner = null;
        var (calls, answer) = (0, "");
        void Wait(int here)
        {
            if (here != place || owner is null || Interlocked.Increment(ref calls) != 3) return;
            try
            {
                var task = call(owner);
                answer = task.Wait(Patience) ? "ended" : "HANGS";
            }
            catch (Exception exception)
            {
                answer = (exception.InnerException ?? exception).GetType().Name;
            }
        }
        var store = new CopiedStore { Before = _ => Wait(4) };
        owner = new SmallTrainer(store, 1, options =>
        {
            options.Scored = (_, _) => Wait(0);
            options.WindowExamples = 8;
            options.SnapshotProgress = new Told<SnapshotProgress>(() => Wait(3));
        });
        owner.Reading = () => Wait(1);
        var run = owner.RunAsync(120, new Told<TrainingProgress>(() => Wait(2)));
        var ended = await Race.CaughtAsync(() => run.WaitAsync(Patience * 2));
        TestContext.Out.WriteLine($"{name} in {place}: call {answer}, run {ended?.GetType().Name ?? "ended"}: {ended?.Message}");
        // How often a save beside training reports, and a store is called, is a matter of time.
        Assert.That(answer, place < 3 ? Is.Not.EqualTo("HANGS").And.Not.Empty : Is.Not.EqualTo("HANGS"));
        Assert.That(ended, Is.Not.TypeOf<TimeoutException>().And.Not.TypeOf<NullReferenceException>());
        await owner.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.That(owner.Tables.MemoryBytes, Is.Zero);
    }

    [Test]
    public async Task A_callback_of_a_save_that_uses_its_chain_does_not_hang([Range(0, 5)] int number)
    {
        var maker = await ChainMaker.OpenAsync(new MemorySnapshotStore());
        maker.Learn(1);
        PendingSnapshot pending = await maker.Chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        var answer = "";
        var progress = new Told<SnapshotProgress>(() =>
        {
            if (answer.Length > 0) return;
            Func<Task> call = number switch
            {
                0 => () => pending.DisposeAsync().AsTask(),
                1 => () => Task.Run(maker.Chain.Dispose),
                2 => () => maker.CommitAsync(2),
                3 => () => Task.Run(maker.Tables.Dispose),
                4 => () => Task.Run(() => maker.Tables.Tables[0].Clear()),
                _ => () => Task.Run(() => maker.Learn(4)),
            };
            answer = "asked";
            try
            {
                answer = call().Wait(Patience) ? "ended" : "HANGS";
            }
            catch (AggregateException exception)
            {
                answer = exception.InnerException!.GetType().Name;
            }
        });
        var ended = await Race.CaughtAsync(() => pending.WriteAsync(progress).WaitAsync(Patience * 2));
        TestContext.Out.WriteLine($"{number}: call {answer}, save {ended?.GetType().Name ?? "ended"}: {ended?.Message}");
        Assert.That(answer, Is.Not.EqualTo("HANGS").And.Not.Empty);
        Assert.That(ended, Is.Not.TypeOf<TimeoutException>());
        await pending.DisposeAsync();
        maker.Dispose();
        Assert.That(maker.Tables.MemoryBytes, Is.Zero);
    }

    [Test]
    public async Task A_callback_of_a_restore_that_uses_its_tables_does_not_hang([Range(0, 4)] int number)
    {
        var store = new MemorySnapshotStore();
        using (var maker = await ChainMaker.OpenAsync(store))
        {
            for (var commit = 0; commit < 3; commit++)
            {
                maker.Learn(commit);
                await maker.CommitAsync(commit);
            }
        }
        var tables = ChainMaker.Set();
        var answer = "";
        var progress = new Told<SnapshotProgress>(() =>
        {
            if (answer.Length > 0) return;
            answer = "asked";
            Action call = number switch
            {
                0 => tables.Dispose,
                1 => () => tables.Tables[0].Assign([1], new float[4], At.Seconds(1)),
                2 => () => tables.Tables[0].Clear(),
                3 => () => SnapshotChain.OpenAsync(store, tables).Wait(),
                _ => () => tables.Tables[0].EnumerateRows().MoveNext(),
            };
            try
            {
                answer = Task.Run(call).Wait(Patience) ? "ended" : "HANGS";
            }
            catch (AggregateException exception)
            {
                answer = exception.InnerException!.GetType().Name;
            }
        });
        var ended = await Race.CaughtAsync(async () =>
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables, progress: progress).WaitAsync(Patience * 2);
            await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            var expected = SetState.Of(tables);
            var (state, refused) = await ChainMaker.RestoredAsync(store);
            Assert.That(state, Is.Not.Null, refused);
            Assert.That(SetState.Difference(expected, state!), Is.Null);
        });
        TestContext.Out.WriteLine($"{number}: call {answer}, restore {ended?.GetType().Name ?? "ended"}: {ended?.Message}");
        Assert.That(answer, Is.Not.EqualTo("HANGS").And.Not.Empty);
        Assert.That(ended, Is.Null.Or.TypeOf<SnapshotException>().Or.InstanceOf<InvalidOperationException>());
        tables.Dispose();
        Assert.That(tables.MemoryBytes, Is.Zero);
    }

    [Test]
    public async Task A_replica_whose_model_or_deltas_misbehave_says_so([Range(0, 6)] int number)
    {
        var store = new MemorySnapshotStore();
        await using var trainer = new SmallTrainer(store, 1);
        await trainer.RunAsync(60);
        var schema = SmallTrainer.Schema();
        ModelReplica? replica = null;
        var shared = new LogisticRegression(schema);
        var made = 0;
        OnlineModel Make(ulong fingerprint) => (number, made++) switch
        {
            (0, _) => null!,
            (1, _) => throw new InvalidDataException("no model"),
            (2, _) => shared,
            (3, > 0) => throw new InvalidDataException("no second model"),
            (4, > 0) => null!,
            (5, > 0) => shared,
            _ => new LogisticRegression(schema),
        };
        var ended = await Race.CaughtAsync(async () =>
            replica = await ModelReplica.OpenAsync(store, Make, new() { MemoryLimitBytes = 16 << 20 }).WaitAsync(Patience));
        if (replica is not null)
        {
            await trainer.RunAsync(60);
            ended = await Race.CaughtAsync(() => replica.CatchUpAsync().WaitAsync(Patience));
            if (number == 6) ended = await Race.CaughtAsync(() => replica.FollowAsync(Disposing(replica)).WaitAsync(Patience));
            var output = new float[1];
            if (number != 6) replica.Lookup("users", [1], output);
            await replica.DisposeAsync().AsTask().WaitAsync(Patience);
            Assert.That(replica.MemoryBytes, Is.Zero);
        }
        TestContext.Out.WriteLine($"{number}: {ended?.GetType().Name ?? "went"}: {ended?.Message}");
        Assert.That(ended, Is.Not.TypeOf<TimeoutException>().And.Not.TypeOf<NullReferenceException>());
        shared.Dispose();
    }

    [Test]
    public void A_pool_hands_one_batch_to_one_at_a_time()
    {
        var pool = new ExampleBatchPool(SmallTrainer.Schema());
        for (var round = 0; round < 100; round++)
        {
            var batch = pool.Rent();
            batch.Dispose();
            batch.Dispose();
            var (first, second) = (pool.Rent(), pool.Rent());
            Assert.That(second, Is.Not.SameAs(first));
            Race.Run("two disposals at once", first.Dispose, first.Dispose, second.Dispose);
            var all = Enumerable.Range(0, 4).Select(_ => pool.Rent()).ToArray();
            Assert.That(all.Distinct().Count(), Is.EqualTo(4));
            foreach (var one in all) one.Dispose();
        }
    }

    [Test]
    public void An_enumerator_says_when_it_has_no_chunk()
    {
        using var set = ChainMaker.Set();
        set.Tables[0].Assign([1, 2], new float[8], At.Seconds(1));
        var rows = set.Tables[0].EnumerateRows();
        Assert.That(Count(rows), Is.Zero.Or.EqualTo(-1), "before the first");
        Assert.That(rows.MoveNext(), Is.True);
        while (rows.MoveNext()) Assert.That(rows.Current.Count, Is.GreaterThan(0));
        Assert.That(Count(rows), Is.Zero.Or.EqualTo(-1), "after the last");
        rows.Dispose();
        rows.Dispose();
        Assert.That(Count(rows), Is.Zero.Or.EqualTo(-1), "disposed");
    }

    private static int Count(RowEnumerator rows)
    {
        try
        {
            return rows.Current.Count;
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
    }

    private static async IAsyncEnumerable<DeltaSnapshot> Disposing(
        ModelReplica replica, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await replica.DisposeAsync().AsTask().WaitAsync(Patience, cancellationToken);
        yield break;
    }

    private sealed class Told<T>(Action then) : IProgress<T>
    {
        public void Report(T value) => then();
    }
}
