using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace PredictionQuality.NewItems;

/// <summary>A model, and what it does with the category of an item.</summary>
/// <param name="Model">Its name, for people.</param>
/// <param name="Rate">The learning rate of all rows.</param>
/// <param name="Use">What it does with categories.</param>
/// <param name="Create">Makes it of a schema.</param>
internal sealed record Trial(string Model, float Rate, CategoryUse Use, Func<FeatureSchema, OnlineModel> Create)
{
    private const int Dimension = 8;

    /// <summary>What is compared.</summary>
    public static IEnumerable<Trial> All()
    {
        CategoryUse[] whole = [CategoryUse.None, CategoryUse.Slot, CategoryUse.Slot | CategoryUse.Born];
        CategoryUse[] parts = [.. whole, CategoryUse.Slot | CategoryUse.BornVector, CategoryUse.Slot | CategoryUse.BornBias];
        foreach (var use in whole) yield return new("logistic regression", 0.1f, use, schema => new LogisticRegression(schema));
        foreach (var rate in new[] { 0.05f, 0.3f })
        {
            foreach (var use in parts) yield return new("FM", rate, use, schema => new FactorizationMachine(schema));
            foreach (var use in whole) yield return new("DeepFM", rate, use, schema => new DeepFm(schema, new() { Hidden = [32] }));
            foreach (var use in whole[1..])
                yield return new("FM less the pair category, item", rate, use, schema => new ProductModel(schema, isCategoryInSum: true));
            foreach (var use in (CategoryUse[])[CategoryUse.Slot, .. parts[2..]])
                yield return new("category for births alone", rate, use, schema => new ProductModel(schema, isCategoryInSum: false));
        }
    }

    /// <summary>The schema: user, item and category. An item of which a part is born has a table for each part.</summary>
    public FeatureSchema Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", row => Vector(Bias(row)));
        f.Slot("user", "users");
        FeatureSlot? category = null;
        if (Use.HasFlag(CategoryUse.Slot))
        {
            f.Table("categories", row => Vector(Bias(row)));
            category = f.Slot("category", "categories");
        }
        f.Table("item biases", row => Bias(row));
        f.Table("item vectors", row => Vector(row));
        f.Slot("item bias", "item biases", bornFrom: Use.HasFlag(CategoryUse.BornBias) ? category : null);
        f.Slot("item", "item vectors", bornFrom: Use.HasFlag(CategoryUse.BornVector) ? category : null);
        f.Task("like");
        return f.Build();

        RowBuilder Bias(RowBuilder row) => row.Bias(new AdagradOptions { LearningRate = Rate });

        RowBuilder Vector(RowBuilder row) => row.Vector(Dimension, new AdagradOptions { LearningRate = Rate });
    }

    /// <summary>What is done with categories, for people.</summary>
    public string UseText => (Use & CategoryUse.Born) switch
    {
        _ when Use == CategoryUse.None => "none",
        CategoryUse.Born => "slot, items born from it",
        CategoryUse.BornVector => "slot, vectors born from it",
        CategoryUse.BornBias => "slot, biases born from it",
        _ => "slot",
    };
}
