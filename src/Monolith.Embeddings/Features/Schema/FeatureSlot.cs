using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>
/// One input of the model that is made of ids: which table holds their rows and how they are pooled. Immutable; thread-safe.
/// </summary>
[DebuggerDisplay("{Name} -> {TableName}, {Pooling}, at most {MaxIds} ids")]
public sealed class FeatureSlot
{
    internal FeatureSlot(int index, string name, int table, string tableName, Pooling pooling, int maxIds)
    {
        (Index, Name, Table, TableName, Pooling, MaxIds) = (index, name, table, tableName, pooling, maxIds);
    }

    /// <summary>The position in <see cref="FeatureSchema.Slots"/>.</summary>
    public int Index { get; }

    /// <summary>The name, unique in the schema.</summary>
    public string Name { get; }

    /// <summary>The position of its table in the schema's tables.</summary>
    public int Table { get; }

    /// <summary>The name of its table. Slots of one table share rows.</summary>
    public string TableName { get; }

    /// <summary>How the rows of several ids become one input.</summary>
    public Pooling Pooling { get; }

    /// <summary>
    /// How many ids an example may have here; an encoder keeps the first ones and drops the rest. For <see cref="Pooling.FirstN"/> the
    /// number of rows in the input.
    /// </summary>
    public int MaxIds { get; }

    /// <summary>What tells it from slots of the same name, for messages.</summary>
    internal string Description => $"slot {Index}, of table '{TableName}', {Pooling}{(ShapesInput ? $" of {MaxIds}" : "")}";

    // Elsewhere the number of ids is a rule of encoding, as the expiry of a table is one of keeping.
    private bool ShapesInput => Pooling is Pooling.FirstN or Pooling.None;

    /// <summary>Whether another slot is the same input, in a schema like this one's.</summary>
    internal bool Matches(FeatureSlot other) => ReferenceEquals(this, other)
        || (Index == other.Index && Name == other.Name && Table == other.Table && TableName == other.TableName && Pooling == other.Pooling
            && (!ShapesInput || MaxIds == other.MaxIds));
}
