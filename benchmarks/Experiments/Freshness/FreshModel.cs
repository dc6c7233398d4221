using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Experiments.Freshness;

/// <summary>The schema and the DeepFM of the synthetic stream. One for each trainer.</summary>
internal sealed class FreshModel
{
    /// <summary>The one table.</summary>
    public const string Table = "features";

    private const int Dimension = 16, ProbeSlot = 4;

    private readonly LabelTask _click;

    /// <summary>Builds the schema.</summary>
    public FreshModel()
    {
        var f = new FeatureSchemaBuilder();
        f.Table(Table, row => row.Bias(new FtrlOptions { LearningRate = 0.02f })
            .Vector(Dimension, new AdagradOptions { LearningRate = 0.1f }), table => table.IdsCarrySlots = true);
        foreach (var slot in new[] { "user", "item", "category", "hour", "probe" }) f.Slot(slot, Table);
        _click = f.Task("click");
        Schema = f.Build();
        Encoder = new(Schema, Write);
    }

    /// <summary>What a changed row must send: its id, its bias and its vector, in bytes.</summary>
    public static int PayloadBytes => sizeof(long) + sizeof(float) * (1 + Dimension);

    /// <summary>The schema.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>Writes events as examples.</summary>
    public ExampleEncoder<FreshEvent> Encoder { get; }

    /// <summary>The stream: a million users and 200,000 items.</summary>
    /// <param name="events">How many events.</param>
    /// <param name="perSecond">Events a second of event time.</param>
    public static SyntheticClickStream Stream(long events, double perSecond) => new(new SyntheticClickStreamOptions
    {
        EventCount = events,
        EventsPerSecond = perSecond,
        Users = 1_000_000,
        Items = 200_000,
    });

    /// <summary>The id of a probe.</summary>
    public static long ProbeId(int probe) => FeatureId.Of(ProbeSlot, probe);

    /// <summary>Tables of the schema.</summary>
    public EmbeddingTableSet CreateTables() => new(Schema);

    /// <summary>A model of the schema.</summary>
    public OnlineModel CreateModel() => new DeepFm(Schema, new DeepFmOptions { Hidden = [32], MaxDegreeOfParallelism = 1 });

    private void Write(in FreshEvent record, ExampleWriter writer)
    {
        var (slots, click) = (Schema.Slots, record.Click);
        writer.Id(slots[0], FeatureId.Of(0, click.User)).Id(slots[1], FeatureId.Of(1, click.Item))
            .Id(slots[2], FeatureId.Of(2, click.Category)).Id(slots[3], FeatureId.Of(3, click.Hour));
        if (record.Probe >= 0) writer.Id(slots[ProbeSlot], ProbeId(record.Probe));
        writer.Label(_click, click.Clicked).At(click.Time);
    }
}
