using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;

namespace SnapshotsSample;

/// <summary>A small recommender of the synthetic click stream: what its tables, its dense model and its examples are.</summary>
public sealed class ClickModel
{
    private const int BatchSize = 256;
    private readonly LabelTask _click;

    /// <summary>Describes the recommender.</summary>
    /// <param name="dimension">The dimension of its vectors.</param>
    public ClickModel(int dimension)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", row => Describe(row, dimension));
        f.Table("items", row => Describe(row, dimension));
        (User, Item) = (f.Slot("user", "users"), f.Slot("item", "items"));
        _click = f.Task("click");
        Schema = f.Build();
    }

    /// <summary>The user who sees the item.</summary>
    public FeatureSlot User { get; }

    /// <summary>What is shown.</summary>
    public FeatureSlot Item { get; }

    /// <summary>Its tables, slots and task.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>Makes empty tables.</summary>
    public EmbeddingTableSet CreateTables(ulong seed) => new(Schema, new EmbeddingTableSetOptions { Seed = seed });

    /// <summary>Makes a model that has learned nothing.</summary>
    public OnlineModel CreateModel() => new DeepFm(Schema, new DeepFmOptions { Hidden = [32, 16] });

    /// <summary>The stream of clicks. The first ones are the same, whatever the number.</summary>
    /// <param name="events">How many.</param>
    /// <param name="seed">Of the stream.</param>
    public ExampleSource OpenSource(long events, ulong seed)
    {
        var stream = new SyntheticClickStream(new SyntheticClickStreamOptions { EventCount = events, Seed = seed });
        return ExampleSource.From(stream.Read, new ExampleEncoder<SyntheticClick>(Schema, Encode), BatchSize);
    }

    private static void Describe(RowBuilder row, int dimension) =>
        row.Bias(new FtrlOptions())
        .Vector(dimension, new AdagradOptions(), new UniformInitializerOptions { Minimum = -0.05f, Maximum = 0.05f });

    private void Encode(in SyntheticClick click, ExampleWriter writer) =>
        writer.Id(User, click.User).Id(Item, click.Item).Label(_click, click.Clicked).At(click.Time);
}
