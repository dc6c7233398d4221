using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>A small DeepFM on a synthetic stream, and what it learned, as bits.</summary>
internal sealed class TrainerFixture : IDisposable
{
    public const int Events = 6000, BatchSize = 100;

    private readonly SyntheticClickStream _stream = new(new() { EventCount = Events, EventsPerSecond = 1, Users = 200, Items = 100 });
    private readonly List<float> _logits = [];

    public TrainerFixture(
        Func<IEnumerable<SyntheticClick>, ExampleEncoder<SyntheticClick>, ExampleSource>? source = null,
        Action<OnlineTrainerOptions>? configure = null)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()),
            t => t.Expiry = new TimeToLiveOptions(TimeSpan.FromMinutes(20)));
        builder.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        var (user, item) = (builder.Slot("user", "users"), builder.Slot("item", "items"));
        var click = builder.Task("click");
        Schema = builder.Build();
        var encoder = new ExampleEncoder<SyntheticClick>(Schema, (in SyntheticClick c, ExampleWriter w) =>
            w.Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
        Tables = new EmbeddingTableSet(Schema, new() { Seed = 7, MemoryLimitBytes = 1 << 26 });
        Model = new DeepFm(Schema, new() { Hidden = [8], Seed = 7 });
        var options = new OnlineTrainerOptions { WindowExamples = 1000, Scored = (_, logits) => _logits.AddRange(logits) };
        configure?.Invoke(options);
        Source = source?.Invoke(_stream.Read(), encoder) ?? ExampleSource.From(_stream.Read, encoder, BatchSize);
        Trainer = new OnlineTrainer(Tables, Model, Source, options);
    }

    public FeatureSchema Schema { get; }

    public EmbeddingTableSet Tables { get; }

    public OnlineModel Model { get; }

    public ExampleSource Source { get; }

    public OnlineTrainer Trainer { get; }

    public uint[] Logits => Bits.Of(_logits.ToArray());

    public float[] PlainLogits => [.. _logits];

    /// <summary>The bits of all rows that the stream may have made, and of the dense weights.</summary>
    public (uint[] Rows, byte[] Dense) State()
    {
        var ids = Enumerable.Range(0, 2000).Select(i => (long)i).ToArray();
        var rows = new List<float>();
        foreach (var table in Tables.Tables)
        {
            var output = new float[ids.Length * table.Dimension];
            table.Lookup(ids, output);
            rows.AddRange(output);
        }
        using var dense = new MemoryStream();
        Model.Save(dense);
        return (Bits.Of(rows.ToArray()), dense.ToArray());
    }

    public void Dispose()
    {
        Model.Dispose();
        Tables.Dispose();
    }
}
