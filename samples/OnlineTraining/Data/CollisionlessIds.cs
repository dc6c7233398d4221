using Monolith.Embeddings.Features;

namespace OnlineTraining.Data;

/// <summary>Every value of every slot owns its row.</summary>
public sealed class CollisionlessIds : IdSpace
{
    /// <inheritdoc />
    public override long Id(int slot, long value) => FeatureId.Of(slot, value);
}
