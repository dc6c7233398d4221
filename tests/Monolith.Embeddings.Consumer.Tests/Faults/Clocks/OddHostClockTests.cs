using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>Hosts whose clocks stand, jump, run backwards or show the ends of time: a run ends, commits, and can be gone on from.</summary>
[TestFixture]
public sealed class OddHostClockTests
{
    private static readonly DateTimeOffset Start = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task ARunEndsAndCommitsWhateverTheHostsClocksShow()
    {
        var tried = 0;
        foreach (var (name, clock) in Clocks())
        {
            tried++;
            var store = new MemorySnapshotStore();
            var last = await RunAsync(store, clock, 2_000, name);
            Assert.That(last.Examples, Is.EqualTo(2_000), name);
            Assert.That(double.IsFinite(last.ExamplesPerSecond) && last.ExamplesPerSecond >= 0, Is.True,
                $"{name}: {last.ExamplesPerSecond}");
            var next = await RunAsync(store, clock, 4_000, name);
            Assert.That(next.Examples, Is.EqualTo(4_000), name);
            var verified = await SnapshotInspector.VerifyAsync(store);
            Assert.That(verified.Problems, Is.Empty, name);
            Assert.That(verified.Manifest!.Newest, Is.Not.Null, name);
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task AReplicaFollowsWhateverTheHostsClocksShow()
    {
        var tried = 0;
        foreach (var (name, clock) in Clocks())
        {
            tried++;
            var store = new MemorySnapshotStore();
            await RunAsync(store, clock, 1_000, name);
            await using var replica = await ModelReplica.OpenAsync(store, new LogisticRegression(Schema().Schema),
                timeProvider: clock);
            await RunAsync(store, clock, 2_000, name);
            await replica.CatchUpAsync();
            Assert.That(replica.LastFailure, Is.Null, name);
            Assert.That(replica.Lag.Age, Is.GreaterThanOrEqualTo(TimeSpan.Zero), name);
            Assert.That(replica.Lag.Commits, Is.Zero, name);
            var row = new float[1];
            Assert.That(replica.Lookup("items", [1], row), Is.EqualTo(1), name);
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task OldCommitsAreCleanedByAnyClockWithoutTheNewestGoing()
    {
        var tried = 0;
        foreach (var (name, clock) in Clocks())
            foreach (var age in new[] { TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(1), TimeSpan.FromDays(3650) })
            {
                tried++;
                var store = new MemorySnapshotStore();
                await RunAsync(store, clock, 1_000, name);
                await SnapshotCompactor.CompactAsync(store);
                await SnapshotCompactor.RetainAsync(store, new SnapshotRetention { Commits = 1, Age = age }, clock);
                var verified = await SnapshotInspector.VerifyAsync(store);
                Assert.That(verified.Problems, Is.Empty, $"{name}, {age}");
                var next = await RunAsync(store, clock, 2_000, name);
                Assert.That(next.Examples, Is.EqualTo(2_000), $"{name}, {age}");
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void ATableExpiresNothingThatIsYoungWhateverTheHostsClockShows()
    {
        var tried = 0;
        foreach (var (name, clock) in Clocks())
            foreach (var by in Enum.GetValues<ExpiryClock>())
            {
                tried++;
                var options = new EmbeddingTableOptions
                {
                    Name = "t",
                    Expiry = new TimeToLiveOptions(TimeSpan.FromDays(30)) { Clock = by },
                    Segments = { new SegmentOptions { Name = "v" } },
                };
                using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 20 }, clock);
                var time = (uint)Start.ToUnixTimeSeconds();
                for (var i = 0; i < 100; i++) table.Assign([i % 10], [1], At.Seconds(time + (uint)(i * 60)));
                table.Evict();
                if (by == ExpiryClock.EventTime) Assert.That(table.Count, Is.EqualTo(10), name);
                Assert.That(table.Explain(1).ToString(), Is.Not.Empty, name);
                Assert.That(table.GetStatistics().Rows, Is.EqualTo(table.Count), name);
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    private static IEnumerable<(string Name, TimeProvider Clock)> Clocks()
    {
        var (ticks, jumps) = (0L, new Random(16));
        DateTimeOffset Backwards() => Start.AddSeconds(-Interlocked.Increment(ref ticks));
        DateTimeOffset Jumping()
        {
            lock (jumps) return Start.AddDays(jumps.Next(-20_000, 20_000));
        }
        long Random64()
        {
            lock (jumps) return jumps.NextInt64(long.MinValue, long.MaxValue);
        }
        yield return ("standing", new OddHostClock(() => Start, () => 0));
        yield return ("backwards", new OddHostClock(Backwards, () => -Interlocked.Increment(ref ticks) * 10_000_000));
        yield return ("jumping", new OddHostClock(Jumping, Random64));
        yield return ("the first moment", new OddHostClock(() => DateTimeOffset.MinValue, () => long.MinValue));
        yield return ("the last moment", new OddHostClock(() => DateTimeOffset.MaxValue, () => long.MaxValue));
        yield return ("1970", new OddHostClock(() => DateTimeOffset.UnixEpoch, () => 0));
        yield return ("1969", new OddHostClock(() => DateTimeOffset.UnixEpoch.AddSeconds(-1), () => 0));
        yield return ("beyond 32 bits", new OddHostClock(() => DateTimeOffset.FromUnixTimeSeconds(uint.MaxValue + 1L),
            () => Interlocked.Increment(ref ticks)));
    }

    private static async Task<TrainingProgress> RunAsync(SnapshotStore store, TimeProvider clock, int records, string what)
    {
        var options = new OnlineTrainerOptions
        {
            WindowExamples = 500,
            EvictEvery = TimeSpan.FromMinutes(1),
            Synchronization = { SparseEvery = Schedule.FirstOf(Schedule.ByBatches(7), TimeSpan.FromSeconds(1)), CompactAfterDeltas = 3,
                Retention = new() { Commits = 2, Age = TimeSpan.FromHours(1) } },
        };
        await using var learning = new StreamTrainer<int>(
            Encoder(Schema()), () => Enumerable.Range(0, records), 50, store, options, clock: clock);
        var last = await learning.Trainer.RunAsync();
        Assert.That(learning.Trainer.LastCommitFailure, Is.Null, what);
        Assert.That(learning.Trainer.LastCompactionFailure, Is.Null, what);
        return last;
    }

    private static OneSlot Schema() => OneSlot.Of("items", table => table.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(30)));

    private static ExampleEncoder<int> Encoder(OneSlot schema) =>
        schema.Encoder<int>(i => (i % 20, i % 2 == 0, Start.AddSeconds(i).ToUnixTimeMilliseconds()));
}
