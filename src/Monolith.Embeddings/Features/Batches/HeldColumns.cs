namespace Monolith.Embeddings.Features.Batches;

/// <summary>
/// What the slots that are held in serving have in each row there: one id, shared by all rows. Exchanged with what was written, so that
/// nothing is copied and nothing is lost.
/// </summary>
internal sealed class HeldColumns
{
    private readonly int[] _slots;
    private readonly SlotColumn[] _columns;

    private HeldColumns(FeatureSchema schema, FeatureSlot[] slots)
    {
        _slots = [.. slots.Select(slot => slot.Index)];
        _columns = [.. slots.Select(slot => ColumnOf(slot, schema.Tables[slot.Table].IdsCarrySlots))];
    }

    /// <summary>Those of a schema; null where no slot is held.</summary>
    public static HeldColumns? Of(FeatureSchema schema)
    {
        FeatureSlot[] slots = [.. schema.Slots.Where(slot => slot.HeldInServing is not null)];
        return slots.Length == 0 ? null : new HeldColumns(schema, slots);
    }

    /// <summary>Puts the held ids in place of what was written, or back.</summary>
    public void Exchange(SlotColumn[] columns)
    {
        for (var i = 0; i < _slots.Length; i++)
            (columns[_slots[i]], _columns[i]) = (_columns[i], columns[_slots[i]]);
    }

    private static SlotColumn ColumnOf(FeatureSlot slot, bool idsCarrySlots)
    {
        var column = new SlotColumn(slot, idsCarrySlots);
        column.BeginShared();
        column.Add(slot.HeldInServing!.Value);
        column.EndShared();
        return column;
    }
}
