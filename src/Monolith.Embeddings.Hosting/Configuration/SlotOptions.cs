using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>A slot of ids, see <see cref="FeatureSchemaBuilder.Slot"/> and <see cref="FeatureSchemaBuilder.Sequence"/>.</summary>
public sealed class SlotOptions : IValidatedOptions
{
    /// <summary>The name, unique in the schema.</summary>
    public string Name { get; set; } = "";

    /// <summary>The name of the table that holds its rows; slots of one table share rows.</summary>
    public string Table { get; set; } = "";

    /// <summary>How the rows of several ids become one input. Default <see cref="Pooling.Sum"/>.</summary>
    public Pooling Pooling { get; set; }

    /// <summary>
    /// How many ids an example may have here, at least 1. Unlimited by default, to be said for <see cref="Pooling.FirstN"/> and <see
    /// cref="Pooling.None"/>.
    /// </summary>
    public int MaxIds { get; set; } = int.MaxValue;

    /// <summary>
    /// In what order the steps of a sequence (<see cref="Pooling.None"/>) are written. Default <see cref="SequenceOrder.NewestFirst"/>.
    /// </summary>
    public SequenceOrder Order { get; set; }

    /// <summary>The names of the dense values that each step of a sequence has beside its id. Default none.</summary>
    public IList<string> StepValues { get; } = [];

    /// <summary>Finds what a slot that is pooled cannot have; all else is said by the schema of all slots and tables.</summary>
    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (Pooling == Pooling.None) return;
        errors.Require(StepValues.Count == 0, nameof(StepValues), $"are those of a sequence, but the pooling is {Pooling}; use None.");
        errors.Require(
            Order == SequenceOrder.NewestFirst, nameof(Order), $"is that of a sequence, but the pooling is {Pooling}; use None.");
    }

    internal void AddTo(FeatureSchemaBuilder builder)
    {
        if (Pooling != Pooling.None) builder.Slot(Name, Table, Pooling, MaxIds);
        else builder.Sequence(Name, Table, MaxIds, Order, [.. StepValues]);
    }
}
