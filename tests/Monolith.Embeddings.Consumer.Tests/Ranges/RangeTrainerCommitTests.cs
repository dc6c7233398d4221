using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>A trainer commits what ranges hold, and goes on from it as if nothing had happened.</summary>
public class RangeTrainerCommitTests
{
    private TrainedRange _whole = null!;

    [OneTimeSetUp]
    public async Task TrainWithoutInterruption() => _whole = await TrainedRange.OfOneSetAsync();

    [Test]
    public async Task It_learns_in_three_lives_what_one_set_learns_in_one([Values(1, 4, 64)] int ranges, [Values] bool answersLater)
    {
        var store = new MemorySnapshotStore();
        foreach (var until in new[] { 1088, 2304, TrainedRange.Examples })
        {
            using var life = new Life(ranges, answersLater);
            await life.RunAsync(store, until);
            if (until < TrainedRange.Examples) continue;
            Assert.That(life.Rows(), Is.EqualTo(_whole.Rows));
            Assert.That(life.Model(), Is.EqualTo(_whole.Model));
        }
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
    }

    [Test]
    public async Task One_set_takes_over_what_ranges_learned()
    {
        var store = new MemorySnapshotStore();
        using (var life = new Life(4, answersLater: true)) await life.RunAsync(store, 1696);
        using var one = new Life(ranges: null, answersLater: false);
        await one.RunAsync(store, TrainedRange.Examples);
        Assert.That(one.Rows(), Is.EqualTo(_whole.Rows));
        Assert.That(one.Model(), Is.EqualTo(_whole.Model));
    }

    [Test]
    public async Task Ranges_do_not_go_on_from_what_one_set_learned()
    {
        var store = new MemorySnapshotStore();
        using (var one = new Life(ranges: null, answersLater: false)) await one.RunAsync(store, 320);
        using var life = new Life(4, answersLater: false);
        Assert.That(() => life.RunAsync(store, 640), Throws.TypeOf<SnapshotException>()
            .With.Property(nameof(SnapshotException.Fault)).EqualTo(SnapshotFault.Mismatch));
        Assert.That(life.Tables.Parts.Sum(part => part.Count), Is.Zero);
    }

    [Test]
    public async Task A_part_that_fails_fails_a_commit_and_not_the_training([Values("cut", "write", "end")] string verb)
    {
        var (store, calls, begun, ended) = (new MemorySnapshotStore(), 0, 0, 0);
        using (var life = new Life(4, answersLater: true))
        {
            // The third and the fourth time.
            ((PartsAnsweringLater)life.Parts!).Before = called =>
            {
                if (called == "cut") begun++;
                if (called == "end") ended++;
                if (called == verb && ++calls is 3 or 4) throw new SnapshotException(SnapshotFault.Storage, "part", "a network", "none.");
            };
            await life.RunAsync(store, 1696);
            Assert.That(calls, Is.GreaterThan(4));
            Assert.That(ended, Is.EqualTo(begun), "each cut is released");
        }
        using var next = new Life(4, answersLater: true);
        await next.RunAsync(store, TrainedRange.Examples);
        Assert.That(next.Rows(), Is.EqualTo(_whole.Rows));
        Assert.That(next.Model(), Is.EqualTo(_whole.Model));
        Assert.That((await SnapshotInspector.VerifyAsync(store)).Problems, Is.Empty);
    }

    [Test]
    public async Task A_part_that_refuses_a_delta_writes_a_full()
    {
        var (store, calls) = (new MemorySnapshotStore(), 0);
        using (var life = new Life(4, answersLater: true))
        {
            ((PartsAnsweringLater)life.Parts!).Before = called =>
            {
                if (called == "cut" && ++calls == 3) throw new SnapshotException(SnapshotFault.Refused, "part", "a delta", "a full.");
            };
            await life.RunAsync(store, 1696, compactAfter: null);
        }
        var fulls = (await SnapshotInspector.InspectAsync(store)).Commits.Where(commit => commit.Commit.Kind == SnapshotKind.Full);
        Assert.That(fulls.Select(full => full.Commit.Number), Is.EqualTo(new[] { 1, 3 }));
        using var next = new Life(4, answersLater: false);
        await next.RunAsync(store, TrainedRange.Examples);
        Assert.That(next.Rows(), Is.EqualTo(_whole.Rows));
    }

    /// <summary>A process that trains: tables, model and trainer, from nothing.</summary>
    private sealed class Life : IDisposable
    {
        private readonly TimeProvider _clock = TrainedRange.Clock();
        private readonly FeatureSchema _schema;
        private readonly ExampleEncoder<int> _encoder;
        private readonly FactorizationMachine _model;

        /// <param name="ranges">How many ranges; null for one set.</param>
        /// <param name="answersLater">Whether ranges and parts answer later.</param>
        public Life(int? ranges, bool answersLater)
        {
            (_schema, _encoder) = TrainedRange.Schema();
            _model = new FactorizationMachine(_schema, new());
            Tables = new RangeFixture(() => _schema, ranges ?? 1, TrainedRange.Options(), _clock, answersLater);
            if (ranges is null) return;
            Parts = answersLater ? new PartsAnsweringLater(Tables.Parts) : new LocalSnapshotParts(Tables.Parts);
        }

        public RangeFixture Tables { get; }

        public SnapshotParts? Parts { get; }

        /// <summary>Goes on from the store until the stream ends.</summary>
        public async Task RunAsync(SnapshotStore store, int until, int? compactAfter = 4)
        {
            var source = ExampleSource.From(() => Enumerable.Range(0, until), _encoder, 32);
            var options = TrainedRange.TrainerOptions();
            options.Synchronization.SparseEvery = Schedule.ByBatches(10);
            options.Synchronization.Failures.RetryAfter = TimeSpan.FromTicks(1);
            options.Synchronization.CompactAfterDeltas = compactAfter;
            await using var trainer = Parts is null
                ? new OnlineTrainer(Tables.One, _model, source, store, options, _clock)
                : new OnlineTrainer(Tables.Cut, _model, source, store, Parts, options, _clock);
            await trainer.RunAsync();
            Assert.That(trainer.Examples, Is.EqualTo(until));
        }

        public string[] Rows() => [.. TrainedRange.RowsOf(Tables, Parts is null ? Tables.One : Tables.Cut)];

        public byte[] Model()
        {
            using var saved = new MemoryStream();
            _model.Save(saved);
            return saved.ToArray();
        }

        public void Dispose()
        {
            Tables.Dispose();
            _model.Dispose();
        }
    }
}
