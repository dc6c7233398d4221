using Experiments.Data;
using Monolith.Embeddings.Features;

namespace Experiments.Ids;

/// <summary>
/// The quotient-remainder trick (Shi et al., KDD 2020; the paper's baseline in production): a value's vector is that of its number modulo m
/// plus that of its number divided by m, so that no two values have the same vector, though all share rows. Slots with few values keep rows
/// of their own.
/// </summary>
/// <param name="indexes">The values' numbers.</param>
/// <param name="share">m over the number of a slot's values, over 0 and up to 1.</param>
internal sealed class QuotientRemainderRows(SlotIndexes indexes, double share) : IdScheme
{
    // Numbers are below 2^31; what is above tells quotients from remainders.
    private const long Quotients = 1L << 40;

    private readonly HashSet<int> _hashed = [.. indexes.HashedSlots];

    /// <summary>How many rows a slot takes: remainders and quotients.</summary>
    public long RowCount(int slot)
    {
        var divisor = Divisor(slot);
        return divisor + (indexes.Count(slot) - 1) / divisor + 1;
    }

    /// <inheritdoc />
    public override void Add(SlotValue value, List<SlotValue> rows)
    {
        if (!_hashed.Contains(value.Slot))
        {
            rows.Add(value with { Value = FeatureId.Of(value.Slot, value.Value) });
            return;
        }
        var (quotient, remainder) = Math.DivRem(indexes.Of(value), Divisor(value.Slot));
        rows.Add(value with { Value = FeatureId.Of(value.Slot, remainder) });
        rows.Add(value with { Value = FeatureId.Of(value.Slot, Quotients + quotient) });
    }

    private int Divisor(int slot) => Math.Max(1, (int)(indexes.Count(slot) * share));
}
