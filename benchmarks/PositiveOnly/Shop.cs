using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace PositiveOnly;

/// <summary>The schema and the models of some settings.</summary>
internal sealed class Shop
{
    /// <summary>The name of the slot of items.</summary>
    public const string ItemSlot = "item";

    private readonly Settings _settings;

    public Shop(Settings settings)
    {
        _settings = settings;
        var (f, rule) = (new FeatureSchemaBuilder(), new AdagradOptions { LearningRate = settings.Rate });
        f.Table("items", row => row.Bias(new AdagradOptions { LearningRate = settings.BiasRate }).Vector(settings.Dimension, rule));
        Item = f.Slot(ItemSlot, "items");
        if (settings.HasUser)
        {
            f.Table("users", row => row.Vector(settings.Dimension, rule));
            User = f.Slot("user", "users");
        }
        if (settings.HasRecentTable) f.Table("recent", row => row.Vector(settings.Dimension, rule));
        Recent = f.Slot("recent", settings.HasRecentTable ? "recent" : "items", Pooling.Mean);
        Chosen = f.Task("chosen");
        Schema = f.Build();
        Encoder = new(Schema, Write);
    }

    public FeatureSchema Schema { get; }

    public FeatureSlot Item { get; }

    /// <summary>Null without users.</summary>
    public FeatureSlot? User { get; }

    public FeatureSlot Recent { get; }

    public LabelTask Chosen { get; }

    public ExampleEncoder<Event> Encoder { get; }

    public FactorizationMachine CreateModel() => new(Schema, new()
    {
        Optimizer = new AdagradOptions { LearningRate = _settings.DenseRate },
        InitialBiasExamples = _settings.StartExamples,
        MaxDegreeOfParallelism = 1,
    });

    public DeepFm CreateDeepModel() => new(Schema, new()
    {
        Hidden = [32],
        Seed = _settings.Seed,
        Optimizer = new AdagradOptions { LearningRate = 0.02f },
        MaxDegreeOfParallelism = 1,
    });

    private void Write(in Event chosen, ExampleWriter writer)
    {
        writer.Id(Item, chosen.Item).Ids(Recent, chosen.Recent).Label(Chosen, true).At(chosen.At);
        if (User is not null) writer.Id(User, chosen.User);
    }
}
