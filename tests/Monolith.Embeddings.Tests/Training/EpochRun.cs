using System.Globalization;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>
/// The tables and the model of <see cref="CrashScenario"/>, rows that are admitted, expire and give way at a limit, on epochs of a history
/// that is shuffled, and then a live stream.
/// </summary>
internal sealed class EpochRun : IAsyncDisposable
{
    public const int HistoryBatches = 12, LiveBatches = 5, BatchSize = 16;

    private readonly OnlineModel _model;

    public EpochRun(
        int epochs, SnapshotStore? store = null, Action<OnlineTrainerOptions>? configure = null, Action<ExampleBatch>? scored = null,
        int? first = null, int live = LiveBatches)
    {
        var schema = CrashScenario.CreateSchema();
        Tables = CrashScenario.CreateTables(schema);
        _model = CrashScenario.CreateModel(schema);
        var options = CrashScenario.CreateOptions();
        options.WindowExamples = 100;
        options.Scored = (batch, _) => scored?.Invoke(batch);
        options.EarlyStop = new() { Validation = Clicks(schema, 77, 0, 6) };
        configure?.Invoke(options);
        var shuffled = Clicks(schema, 9, 0, HistoryBatches).Shuffled(4 * BatchSize, seed: 3);
        var history = first is { } batches ? new FirstBatches(shuffled, batches) : shuffled.Epochs(epochs);
        Trainer = Create(history.Then(Clicks(schema, 9, HistoryBatches, live)), store, options);
    }

    public EmbeddingTableSet Tables { get; }

    public OnlineTrainer Trainer { get; }

    public LabelTask Click => _model.Schema.Tasks[0];

    /// <summary>Examples that it does not learn from.</summary>
    public ExampleSource HeldOut(int batches = 6) => Clicks(_model.Schema, 77, 0, batches);

    /// <summary>No examples at all.</summary>
    public static ExampleSource Nothing() => Clicks(CrashScenario.CreateSchema(), 77, 0, 0);

    /// <summary>All that was learned, to the bit; not the position, which counts epochs.</summary>
    public string State()
    {
        using var dense = new MemoryStream();
        _model.Save(dense);
        return string.Join('\n', [
            .. SavedState.Of(Tables), Convert.ToHexString(dense.ToArray()),
            string.Create(CultureInfo.InvariantCulture, $"{Trainer.Steps} steps, {Trainer.Examples} examples, {Trainer.EventTimes}"),
            string.Create(CultureInfo.InvariantCulture, $"{Trainer.Metrics.Total(Click)}"),
        ]);
    }

    private OnlineTrainer Create(ExampleSource source, SnapshotStore? store, OnlineTrainerOptions options)
    {
        try
        {
            return store is null
                ? new OnlineTrainer(Tables, _model, source, options)
                : new OnlineTrainer(Tables, _model, source, store, options);
        }
        catch
        {
            _model.Dispose();
            Tables.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        _model.Dispose();
        Tables.Dispose();
    }

    private static ExampleSource Clicks(FeatureSchema schema, ulong seed, int first, int batches)
    {
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
        var stream = new SyntheticClickStream(new()
        {
            EventCount = Math.Max(1, (first + batches) * BatchSize),
            EventsPerSecond = 2,
            Users = 60,
            Items = 800,
            Seed = seed,
        });
        return ExampleSource.From(() => stream.Read().Skip(first * BatchSize).Take(batches * BatchSize), encoder, BatchSize);
    }

    /// <summary>The first batches of another source, from its start.</summary>
    private sealed class FirstBatches(ExampleSource inner, int count) : ExampleSource
    {
        public override FeatureSchema Schema => inner.Schema;

        public override bool CanRewind => false;

        public override bool IsDeterministic => true;

        public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
            StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var read = 0;
            await foreach (var batch in inner.ReadAsync(from, cancellationToken))
            {
                yield return batch;
                if (++read == count) yield break;
            }
        }
    }
}
