using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>
/// The tables of a recommender, and the inputs that are made of them, as configuration describes them. Lists of named things may be written
/// as objects, whose keys are the names; then they are in the order of their names.
/// </summary>
public sealed class EmbeddingsOptions : IValidatedOptions
{
    /// <summary>What the tables share: seed and memory limit.</summary>
    public EmbeddingTableSetOptions TableSet { get; set; } = new();

    /// <summary>The tables, at least one.</summary>
    public IList<EmbeddingTableOptions> Tables { get; } = [];

    /// <summary>The inputs made of ids. Default none: then the tables are used by their own verbs.</summary>
    public IList<SlotOptions> Slots { get; } = [];

    /// <summary>The names of what is to be predicted.</summary>
    public IList<string> Tasks { get; } = [];

    /// <summary>How many dense values each example has: 0 to <see cref="FeatureSchema.MaxDenseWidth"/>. Default 0.</summary>
    public int DenseWidth { get; set; }

    /// <summary>
    /// What was found while these options were read from configuration, and where each stands there; null for options made in code.
    /// </summary>
    internal ReadingReport? Report { get; set; }

    /// <summary>
    /// Makes the schema: a <see cref="FeatureSchema"/> where slots, tasks or dense values are described. Keeps the tables' options, without
    /// a copy.
    /// </summary>
    /// <exception cref="OptionsValidationException">Something cannot be used; its failures list everything that was found.</exception>
    public TableSchema BuildSchema()
    {
        OptionErrors.ThrowIfInvalid(this);
        return HasFeatures ? Features().Build() : new TableSchema([.. Tables]);
    }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Nested(nameof(TableSet), TableSet);
        if (Tables.Contains(null!) || Slots.Contains(null!))
            errors.Add(nameof(Tables), "or slots hold null, but a value is needed.");
        else if (HasFeatures)
        {
            for (var i = 0; i < Slots.Count; i++) errors.Nested($"{nameof(Slots)}[{i}]", Slots[i]);
            Features().CollectErrors(errors);
        }
        else new TableSchema([.. Tables]).CollectErrors(errors);
    }

    private bool HasFeatures => Slots.Count > 0 || Tasks.Count > 0 || DenseWidth != 0;

    private FeatureSchemaBuilder Features()
    {
        var features = new FeatureSchemaBuilder();
        foreach (var table in Tables) features.Table(table);
        foreach (var slot in Slots) slot.AddTo(features);
        foreach (var task in Tasks) features.Task(task);
        features.Dense(DenseWidth);
        return features;
    }
}
