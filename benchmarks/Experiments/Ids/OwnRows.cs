using Experiments.Data;
using Monolith.Embeddings.Features;

namespace Experiments.Ids;

/// <summary>Every value of every slot owns its row.</summary>
internal sealed class OwnRows : IdScheme
{
    /// <inheritdoc />
    public override void Add(SlotValue value, List<SlotValue> rows) =>
        rows.Add(value with { Value = FeatureId.Of(value.Slot, value.Value) });
}
