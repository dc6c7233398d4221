using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training.Schedules;

/// <summary>Tables that are evicted by schedules of their own.</summary>
public class TableEvictionTests : LeakChecked
{
    private const int Batches = 60, BatchSize = 20;

    private static readonly Schedule[] Some =
    [
        Schedule.ByEventTime(TimeSpan.FromSeconds(2)), Schedule.ByExamples(50), Schedule.ByBatches(4), Schedule.Never,
        Schedule.FirstOf(Schedule.ByEventTime(TimeSpan.FromSeconds(3)), Schedule.ByBatches(7)), TimeSpan.FromSeconds(5),
    ];

    [Test]
    public async Task A_table_is_evicted_as_if_it_were_alone_at_its_places([Range(1, 12)] int seed)
    {
        var random = new Random(seed);
        var schedules = Enumerable.Range(0, 3).Select(_ => Some[random.Next(Some.Length)]).ToArray();
        Schedule?[] own = [schedules[1], seed % 3 == 0 ? null : schedules[2]];
        await using var trained = new Run(schedules[0], own);
        await trained.Trainer.RunAsync();
        // The same by hand: the trainer evicts nothing, and a callback evicts each table by a count of its own.
        await using var alone = new Run(Schedule.Never, [null, null]);
        var byHand = own.Select((table, i) => new ByHand(table ?? schedules[0], () => alone.Tables.Tables[i].Evict())).ToArray();
        alone.Scored = batch => Array.ForEach(byHand, hand => hand.See(batch));
        await alone.Trainer.RunAsync();
        Assert.That(trained.State(), Is.EqualTo(alone.State()), string.Join("; ", schedules));
        Assert.That(CountsOf(trained.Trainer, own), Is.EqualTo(byHand.Select(hand => hand.Count)));
    }

    [Test]
    public async Task A_restart_in_the_middle_evicts_at_the_same_places([Values(1, 7, 23, 40)] int first, [Range(0, 5)] int which)
    {
        Schedule?[] own = [Some[which], Some[(which + 2) % Some.Length]];
        var (whole, parts) = (new MemorySnapshotStore(), new MemorySnapshotStore());
        var expected = await TrainedAsync(whole, Batches);
        await TrainedAsync(parts, first);
        await TrainedAsync(parts, (first + Batches) / 2);
        Assert.That(await TrainedAsync(parts, Batches), Is.EqualTo(expected));

        async Task<string> TrainedAsync(SnapshotStore store, int batches)
        {
            await using var run = new Run(Some[(which + 1) % Some.Length], own, store, batches);
            await run.Trainer.RunAsync();
            return run.State() + string.Join(';', run.Trainer.Schedules
                .Where(s => s.Kind == ScheduleKind.Eviction && !s.Schedule.IsNever)
                .Select(s => $"{s.Table} {s.LastBatches} {s.NextEventTime:O}"));
        }
    }

    [Test]
    public async Task The_schedules_tell_what_was_done()
    {
        await using var run = new Run(TimeSpan.FromSeconds(10), [Schedule.ByBatches(7), null]);
        var before = run.Trainer.Schedules;
        Assert.That(before.Select(s => (s.Kind, s.Table, s.Schedule)), Is.EquivalentTo(new[]
        {
            (ScheduleKind.Eviction, (string?)null, Schedule.ByEventTime(TimeSpan.FromSeconds(10))),
            (ScheduleKind.Eviction, "users", Schedule.ByBatches(7)),
        }));
        await run.Trainer.RunAsync();
        var users = run.Trainer.Schedules.Single(s => s.Table == "users");
        Assert.That((users.Count, users.LastBatches, users.NextBatches), Is.EqualTo((Batches / 7, 56, (long?)63)));
        Assert.That(users.LastTime, Is.Not.Null);
        Assert.That(before[1].Count, Is.Zero, "what was told stays");
    }

    [Test]
    public void A_schedule_that_makes_no_sense_is_refused()
    {
        var options = new EmbeddingTableOptions { Name = "t", EvictEvery = TimeSpan.Zero };
        options.Segments.Add(new SegmentOptions { Name = "s", Dimension = 1, Optimizer = new SgdOptions() });
        Assert.That(OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(options)), Has.One.StartsWith("EvictEvery: "));
    }

    [Test]
    public void The_place_of_a_table_that_is_not_there_is_refused([Values(-1, 2)] int table)
    {
        using var tables = CrashScenario.CreateTables(CrashScenario.CreateSchema());
        Assert.That(() => tables.EvictTableAsync(table), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static IEnumerable<long> CountsOf(OnlineTrainer trainer, Schedule?[] own)
    {
        var told = trainer.Schedules.Where(s => s.Kind == ScheduleKind.Eviction).ToArray();
        return own.Select((table, i) => told.Single(s => s.Table == (table is null ? null : i == 0 ? "users" : "items")).Count);
    }

    /// <summary>A schedule counted by hand, from the start of the stream.</summary>
    private sealed class ByHand(Schedule schedule, Action evict)
    {
        private long _examples, _batches;
        private DateTimeOffset? _from;

        public long Count { get; private set; }

        public void See(ExampleBatch batch)
        {
            _examples += batch.Rows;
            _batches++;
            var newest = DateTimeOffset.FromUnixTimeMilliseconds(batch.EventTimesMilliseconds[^1]);
            _from ??= newest;
            var every = schedule.EventTime ?? schedule.Time;
            if (!(_examples >= schedule.Examples || _batches >= schedule.Batches || newest - _from >= every)) return;
            evict();
            (_examples, _batches, _from) = (0, 0, newest);
            Count++;
        }
    }

    /// <summary>A trainer of two tables with short lives.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly OnlineModel _model;

        public Run(Schedule every, Schedule?[] own, SnapshotStore? store = null, int batches = Batches)
        {
            var f = new FeatureSchemaBuilder();
            f.Table("users", r => r.Bias(new FtrlOptions()).Vector(2, new AdagradOptions()), t =>
                (t.Expiry, t.EvictEvery) = (new TimeToLiveOptions(TimeSpan.FromSeconds(6)), own[0]));
            f.Table("items", r => r.Bias(new FtrlOptions()).Vector(2, new AdamOptions()), t =>
                (t.Expiry, t.EvictEvery) = (new TimeToLiveOptions(TimeSpan.FromSeconds(3)), own[1]));
            var (user, item, click) = (f.Slot("user", "users"), f.Slot("item", "items"), f.Task("click"));
            var schema = f.Build();
            var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) =>
                w.Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
            var stream = new SyntheticClickStream(
                new() { EventCount = batches * BatchSize, EventsPerSecond = 20, Users = 200, Items = 50, Seed = 4 });
            Tables = CrashScenario.CreateTables(schema);
            _model = CrashScenario.CreateModel(schema);
            var options = new OnlineTrainerOptions { EvictEvery = every, Scored = (batch, _) => Scored?.Invoke(batch) };
            var source = ExampleSource.From(stream.Read, encoder, BatchSize);
            Trainer = store is null
                ? new OnlineTrainer(Tables, _model, source, options)
                : new OnlineTrainer(Tables, _model, source, store, options);
        }

        public EmbeddingTableSet Tables { get; }

        public OnlineTrainer Trainer { get; }

        public Action<ExampleBatch>? Scored { get; set; }

        public string State()
        {
            using var dense = new MemoryStream();
            _model.Save(dense);
            return string.Join('\n', [.. SavedState.Of(Tables), Convert.ToHexString(dense.ToArray())]);
        }

        public async ValueTask DisposeAsync()
        {
            await Trainer.DisposeAsync();
            _model.Dispose();
            Tables.Dispose();
        }
    }
}
