using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A model on a stream of clicks, some of which have absurd numbers, or are the same without them and without a label.</summary>
internal sealed class AbsurdStream : IAsyncDisposable
{
    public const int Events = 4000, BatchSize = 50;

    /// <summary>Which events are absurd: late enough for their ids to have weights.</summary>
    public static readonly int[] Absurd = [1990, 2345, 3001];

    /// <param name="kind">lr, fm or deep.</param>
    /// <param name="write">Writes what is special about an absurd event, behind its ids.</param>
    /// <param name="optimizer">How rows learn; FTRL for biases and Adagrad for the rest where null.</param>
    /// <param name="store">Where to commit to; nowhere where null.</param>
    /// <param name="configure">Sets the trainer's options.</param>
    /// <param name="dense">How the deep model's weights learn; Adagrad where null.</param>
    public AbsurdStream(
        string kind, Action<ExampleWriter, FeatureSlot, LabelTask, SyntheticClick> write, OptimizerOptions? optimizer = null,
            SnapshotStore? store = null,
        Action<OnlineTrainerOptions>? configure = null, OptimizerOptions? dense = null)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(optimizer ?? new FtrlOptions()).Vector(8, optimizer ?? new AdagradOptions()));
        f.Table("items", r => r.Bias(optimizer ?? new FtrlOptions()).Vector(8, optimizer ?? new AdagradOptions()));
        var (user, item, recent) = (f.Slot("user", "users"), f.Slot("item", "items"), f.Slot("recent", "items", Pooling.Sum));
        Click = f.Task("click");
        f.Dense(1);
        Schema = f.Build();
        var events = new SyntheticClickStream(new() { EventCount = Events, EventsPerSecond = 1, Users = 200, Items = 100 }).Read().ToList();
        var encoder = new ExampleEncoder<(int Place, SyntheticClick Click)>(Schema,
            (in (int Place, SyntheticClick Click) e, ExampleWriter w) =>
        {
            w.Id(user, e.Click.User).Id(item, e.Click.Item).At(e.Click.Time);
            if (Absurd.Contains(e.Place)) write(w, recent, Click, e.Click);
            else w.Id(recent, e.Click.Item ^ 1).Dense(0, 0.5f).Label(Click, e.Click.Clicked);
        });
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 7, MemoryLimitBytes = 1 << 26 });
        Model = kind switch
        {
            "lr" => new LogisticRegression(Schema),
            "fm" => new FactorizationMachine(Schema),
            _ => new DeepFm(Schema, new() { Hidden = [16, 8], Seed = 7, Optimizer = dense ?? new AdagradOptions() }),
        };
        var options = new OnlineTrainerOptions { WindowExamples = 1000 };
        configure?.Invoke(options);
        var source = ExampleSource.From(() => events.Select((click, place) => (place, click)), encoder, BatchSize);
        Trainer = store is null ? new OnlineTrainer(Tables, Model, source, options)
            : new OnlineTrainer(Tables, Model, source, store, options);
    }

    public FeatureSchema Schema { get; }

    public LabelTask Click { get; }

    public EmbeddingTableSet Tables { get; }

    public BuiltInModel Model { get; }

    public OnlineTrainer Trainer { get; }

    /// <summary>Runs it all; what all rows and dense weights are then, as bits.</summary>
    public async Task<uint[]> RunAsync()
    {
        await Trainer.RunAsync();
        var ids = Enumerable.Range(0, 2000).Select(i => (long)i).ToArray();
        var floats = new List<float>();
        foreach (var table in Tables.Tables)
        {
            var output = new float[ids.Length * table.Dimension];
            table.Lookup(ids, output);
            floats.AddRange(output);
        }
        foreach (var parameter in Model.Graph.Parameters) floats.AddRange([.. parameter.Weights, .. parameter.State]);
        Assert.That(floats, Has.All.Matches<float>(float.IsFinite));
        return Support.Bits.Of(floats.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Model.Dispose();
        Tables.Dispose();
    }
}
