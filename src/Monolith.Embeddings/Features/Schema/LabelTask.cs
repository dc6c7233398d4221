using System.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>One thing to predict, with a label of its own in each example. Immutable; thread-safe.</summary>
[DebuggerDisplay("{Name}")]
public sealed class LabelTask
{
    internal LabelTask(int index, string name)
    {
        (Index, Name) = (index, name);
    }

    /// <summary>The position in <see cref="FeatureSchema.Tasks"/>.</summary>
    public int Index { get; }

    /// <summary>The name, unique in the schema.</summary>
    public string Name { get; }

    /// <summary>Whether another task is the same, in a schema like this one's.</summary>
    internal bool Matches(LabelTask other) => ReferenceEquals(this, other) || (Index == other.Index && Name == other.Name);
}
