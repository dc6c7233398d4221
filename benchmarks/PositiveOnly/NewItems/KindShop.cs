using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace PositiveOnly.NewItems;

/// <summary>The guide's schema and model, with the kinds of items.</summary>
internal sealed class KindShop
{
    private readonly Settings _settings;

    public KindShop(Settings settings, KindUse use)
    {
        _settings = settings;
        var (f, rule) = (new FeatureSchemaBuilder(), new AdagradOptions { LearningRate = settings.Rate });
        void WithBias(RowBuilder row) =>
            row.Bias(new AdagradOptions { LearningRate = settings.BiasRate }).Vector(settings.Dimension, rule);
        f.Table("items", WithBias);
        f.Table("users", row => row.Vector(settings.Dimension, rule));
        f.Table("recent", row => row.Vector(settings.Dimension, rule));
        if (use != KindUse.None)
        {
            f.Table("kinds", WithBias);
            Kind = f.Slot("kind", "kinds");
        }
        Item = f.Slot("item", "items", bornFrom: use == KindUse.Parent ? Kind : null);
        User = f.Slot("user", "users");
        Recent = f.Slot("recent", "recent", Pooling.Mean);
        Chosen = f.Task("chosen");
        Schema = f.Build();
    }

    public FeatureSchema Schema { get; }

    /// <summary>Null where kinds are not known.</summary>
    public FeatureSlot? Kind { get; }

    public FeatureSlot Item { get; }

    public FeatureSlot User { get; }

    public FeatureSlot Recent { get; }

    public LabelTask Chosen { get; }

    public FactorizationMachine CreateModel() => new(Schema, new()
    {
        Optimizer = new AdagradOptions { LearningRate = _settings.DenseRate },
        MaxDegreeOfParallelism = 1,
    });

    /// <summary>Reads choices, of which each item has a kind.</summary>
    public ExampleEncoder<Event> Encoder(IReadOnlyDictionary<long, long> kinds) => new(Schema, (in Event chosen, ExampleWriter writer) =>
    {
        writer.Id(Item, chosen.Item).Id(User, chosen.User).Ids(Recent, chosen.Recent).Label(Chosen, true).At(chosen.At);
        if (Kind is not null) writer.Id(Kind, kinds[chosen.Item]);
    });
}
