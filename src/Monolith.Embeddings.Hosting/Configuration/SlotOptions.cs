using Monolith.Embeddings.Features;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>A slot of ids, see <see cref="FeatureSchemaBuilder.Slot"/>.</summary>
public sealed class SlotOptions : IValidatedOptions
{
    /// <summary>The name, unique in the schema.</summary>
    public string Name { get; set; } = "";

    /// <summary>The name of the table that holds its rows; slots of one table share rows.</summary>
    public string Table { get; set; } = "";

    /// <summary>How the rows of several ids become one input. Default <see cref="Pooling.Sum"/>.</summary>
    public Pooling Pooling { get; set; }

    /// <summary>
    /// How many ids an example may have here, at least 1. Unlimited by default, to be said for <see cref="Pooling.FirstN"/>.
    /// </summary>
    public int MaxIds { get; set; } = int.MaxValue;

    /// <summary>Finds nothing: the schema of all slots and tables says what is wrong.</summary>
    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
    }
}
