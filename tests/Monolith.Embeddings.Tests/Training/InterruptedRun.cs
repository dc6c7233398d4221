using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A training with many evictions and commits, one call of which throws: the one of a number at a point.</summary>
internal sealed class InterruptedRun : IAsyncDisposable
{
    private const int Batches = 24;

    private readonly Interruption _point;
    private readonly int _at;
    private readonly EmbeddingTableSet _tables;
    private readonly HookedModel _model;
    private readonly OnlineTrainer _trainer;
    private int _hits;

    public InterruptedRun(
        Interruption point, int at, int ahead, SnapshotStore? store, int tolerated = 0, Staleness staleness = Staleness.None)
    {
        (_point, _at) = (point, at);
        var schema = CreateSchema();
        _tables = CrashScenario.CreateTables(schema);
        _model = new HookedModel(CrashScenario.CreateModel(schema))
        {
            Training = _ => Meet(Interruption.Train),
            Saving = () => Meet(Interruption.Save),
        };
        var options = new OnlineTrainerOptions
        {
            ReadAheadBatches = ahead,
            Staleness = staleness,
            WindowExamples = 100,
            EvictEvery = TimeSpan.FromSeconds(2),
            SourceFailures = new() { Tolerated = tolerated, RetryAfter = TimeSpan.FromTicks(1), RetryAtMost = TimeSpan.FromTicks(1) },
            Scored = (_, _) => MeetScored(),
            SnapshotProgress = new Told<SnapshotProgress>(() => Meet(Interruption.SnapshotProgress)),
            Synchronization = new() { SparseEvery = Schedule.ByBatches(3), CompactAfterDeltas = null },
        };
        var source = new CommittedSource(CreateSource(schema), () => Meet(Interruption.Committed));
        _trainer = store is null
            ? new OnlineTrainer(_tables, _model, source, options)
            : new OnlineTrainer(_tables, _model, source, new MetStore(store, MeetStore), options);
    }

    /// <summary>How often the point was met.</summary>
    public int Hits => Volatile.Read(ref _hits);

    public Task RunAsync() => _trainer.RunAsync(new Told<TrainingProgress>(() => Meet(Interruption.Progress)));

    /// <summary>Runs, and runs again after what was thrown on purpose.</summary>
    /// <returns>How often it was.</returns>
    public async Task<int> GoOnUntilDoneAsync()
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await RunAsync();
                return failures;
            }
            catch (Exception e) when (failures < 3 && e.GetBaseException() is InterruptionException or OperationCanceledException)
            {
            }
        }
    }

    /// <summary>All that was learned, to the bit.</summary>
    public string State()
    {
        using var dense = new MemoryStream();
        _model.Saving = null;
        _model.Save(dense);
        var total = _trainer.Metrics.Total(_model.Schema.Tasks[0]);
        return string.Join('\n', [
            .. SavedState.Of(_tables), Convert.ToHexString(dense.ToArray()),
            string.Create(CultureInfo.InvariantCulture, $"{_trainer.Steps} steps, {_trainer.Examples} examples, at {_trainer.Position}"),
            string.Create(CultureInfo.InvariantCulture, $"{total}"),
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _trainer.DisposeAsync();
        _model.Dispose();
        _tables.Dispose();
    }

    private FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        var timeToLive = (TimeToLive)new TimeToLiveOptions(TimeSpan.FromSeconds(5)).Create();
        var expireIf = new ExpireIfOptions((in RowMetadata row, in ExpiryTime now) =>
        {
            Meet(Interruption.Policy);
            return timeToLive.IsExpired(in row, in now);
        });
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()), t => t.Expiry = expireIf);
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions()), t =>
            t.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(3)));
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    private ExampleSource CreateSource(FeatureSchema schema)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) =>
        {
            w.Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time);
            Meet(Interruption.Encoder);
        });
        var stream = new SyntheticClickStream(new() { EventCount = Batches * 32, EventsPerSecond = 20, Users = 100, Items = 50, Seed = 9 });
        return ExampleSource.From(() => stream.Read().Select(click =>
        {
            Meet(Interruption.Source);
            return click;
        }), encoder, 32);
    }

    private void MeetScored()
    {
        Meet(Interruption.Scored);
        if (IsMet(Interruption.ScoredCancels)) throw new OperationCanceledException("on purpose");
    }

    private void MeetStore()
    {
        if (IsMet(Interruption.Store))
            throw new SnapshotException(SnapshotFault.Storage, "file", "room", "none.", new InterruptionException());
        if (IsMet(Interruption.StoreTimeout)) throw new TaskCanceledException("no answer in 100 seconds");
    }

    private void Meet(Interruption point)
    {
        if (IsMet(point)) throw new InterruptionException();
    }

    private bool IsMet(Interruption point) => point == _point && Interlocked.Increment(ref _hits) == _at;

    private sealed class Told<T>(Action told) : IProgress<T>
    {
        public void Report(T value) => told();
    }

    private sealed class CommittedSource(ExampleSource inner, Action committed) : ExampleSource
    {
        public override FeatureSchema Schema => inner.Schema;

        public override bool CanRewind => inner.CanRewind;

        public override bool IsDeterministic => inner.IsDeterministic;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            inner.ReadAsync(from, cancellationToken);

        public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
        {
            committed();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class MetStore(SnapshotStore inner, Action met) : SnapshotStore
    {
        public override ValueTask<IReadOnlyList<StoredFile>> ListAsync(CancellationToken cancellationToken = default) =>
            inner.ListAsync(cancellationToken);

        public override ValueTask<StoredManifest?> ReadManifestAsync(CancellationToken cancellationToken = default) =>
            inner.ReadManifestAsync(cancellationToken);

        protected override ValueTask<SnapshotFileStream> CreateCoreAsync(string name, CancellationToken cancellationToken)
        {
            met();
            return inner.CreateAsync(name, cancellationToken);
        }

        protected override ValueTask<SnapshotFile> OpenCoreAsync(string name, CancellationToken cancellationToken) =>
            inner.OpenAsync(name, cancellationToken);

        protected override ValueTask<bool> DeleteCoreAsync(string name, CancellationToken cancellationToken) =>
            inner.DeleteAsync(name, cancellationToken);

        protected override ValueTask<string?> TryReplaceManifestCoreAsync(
            ReadOnlyMemory<byte> bytes, string? expectedToken, CancellationToken cancellationToken)
        {
            met();
            return inner.TryReplaceManifestAsync(bytes, expectedToken, cancellationToken);
        }
    }
}
