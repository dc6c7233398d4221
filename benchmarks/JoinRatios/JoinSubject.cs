using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace JoinRatios;

/// <summary>A trainer of a small model for examples of 26 ids and 13 floats, and joiners that make them.</summary>
internal sealed class JoinSubject : IDisposable
{
    public const int Slots = 26, Dense = 13;

    private const int BatchSize = 512;
    private const long Ids = 10_000, Spread = 1442695040888963407;

    private readonly FeatureSlot[] _slots;
    private readonly FeatureSchema _schema;
    private readonly LabelTask _click;
    private readonly EmbeddingTableSet _tables;
    private readonly LogisticRegression _model;

    public JoinSubject()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("biases", r => r.Bias(new FtrlOptions()));
        _slots = [.. Enumerable.Range(0, Slots).Select(i => builder.Slot($"slot-{i}", "biases"))];
        builder.Dense(Dense);
        _click = builder.Task("click");
        _schema = builder.Build();
        (_tables, _model) = (new EmbeddingTableSet(_schema), new LogisticRegression(_schema));
    }

    /// <summary>A joiner that emits positives early.</summary>
    /// <param name="shape">The traffic.</param>
    /// <param name="impressions">How many impressions there are; the logs then stop, and nothing more is closed.</param>
    /// <param name="folder">Where scratch files are written.</param>
    public OnlineJoiner<long, Shown, Clicked> Join(TrafficShape shape, long impressions, string folder)
    {
        var encoder = new ExampleEncoder<Shown>(_schema, Write);
        return new OnlineJoiner<long, Shown, Clicked>(
                JoinKeys.Int64, new JoinedImpressions<long, Shown>(encoder, shown => shown.Number),
                new JoinedActions<long, Clicked>(
                    _click, clicked => clicked.Number, clicked => DateTimeOffset.FromUnixTimeMilliseconds(clicked.Time)),
                new OnlineJoinerOptions
                {
                    Window = TrafficShape.Window,
                    BackwardWindow = TimeSpan.Zero,
                    RememberClosedFor = TimeSpan.Zero,
                    AllowedLateness = TimeSpan.FromSeconds(1),
                    MaxLead = TimeSpan.FromSeconds(1),
                    Feedback = DelayedFeedback.EarlyPositive,
                    CloseAtEnd = false,
                    BatchSize = BatchSize,
                    Store = new() { Folder = folder },
                })
            .AddImpressions("impressions", new ShownLog(shape, impressions))
            .AddActions("actions", new ClickedLog(shape, impressions));
    }

    /// <summary>A trainer of a source.</summary>
    public OnlineTrainer Train(ExampleSource source, SnapshotStore? store = null) => store is null
        ? new OnlineTrainer(_tables, _model, source, Options())
        : new OnlineTrainer(_tables, _model, source, store, Options());

    /// <summary>Lets a trainer learn from a few examples, so that all that it needs is there.</summary>
    public void Warm()
    {
        var encoder = new ExampleEncoder<Shown>(_schema, Write);
        var source = ExampleSource.From(() => Enumerable.Range(0, 50_000).Select(i => new Shown(i, i)), encoder, BatchSize);
        var trainer = Train(source);
        trainer.RunAsync().GetAwaiter().GetResult();
        trainer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _tables.Dispose();
        _model.Dispose();
    }

    private static OnlineTrainerOptions Options() => new() { Synchronization = { SparseEvery = Timeout.InfiniteTimeSpan } };

    private void Write(in Shown shown, ExampleWriter writer)
    {
        var mixed = shown.Number;
        foreach (var slot in _slots)
        {
            mixed = unchecked((mixed * 6364136223846793005) + Spread);
            writer.Id(slot, (mixed >> 33) % Ids);
        }
        for (var i = 0; i < Dense; i++) writer.Dense(i, (shown.Number + i) % 100 / 100f);
        writer.At(shown.Time);
    }
}
