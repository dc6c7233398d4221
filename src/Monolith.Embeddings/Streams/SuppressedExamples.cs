using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Forgetting;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Tells the examples that have a forgotten id, and happened before such an id counts again. Only slots of which an id was forgotten are
/// looked at. Immutable; allocates nothing where it is asked.
/// </summary>
internal sealed class SuppressedExamples
{
    private readonly FeatureSlot[] _slots;
    private readonly SuppressedTable[][] _ids;

    /// <param name="schema">The schema of the examples.</param>
    /// <param name="list">The forgotten ids.</param>
    public SuppressedExamples(FeatureSchema schema, SuppressionList list)
    {
        List = list;
        _slots = [.. schema.Slots.Where(slot => !slot.IsDerived && list.Of(slot.TableName).Length > 0)];
        _ids = [.. _slots.Select(slot => list.Of(slot.TableName))];
    }

    /// <summary>The forgotten ids.</summary>
    public SuppressionList List { get; }

    /// <summary>Whether no example has such an id.</summary>
    public bool IsEmpty => _slots.Length == 0;

    /// <summary>Whether some example of a batch is suppressed.</summary>
    public bool Any(ExampleBatch batch)
    {
        if (IsEmpty) return false;
        for (var row = 0; row < batch.Rows; row++)
        {
            if (IsSuppressed(batch, row)) return true;
        }
        return false;
    }

    /// <summary>Whether an example is suppressed: one without a time always, where it has a forgotten id.</summary>
    public bool IsSuppressed(ExampleBatch batch, int row)
    {
        var time = batch.EventTimesMilliseconds[row];
        for (var i = 0; i < _slots.Length; i++)
        {
            var offsets = batch.Offsets(_slots[i]);
            var bag = batch.IsShared(_slots[i]) ? 0 : row;
            foreach (var id in batch.Ids(_slots[i])[offsets[bag]..offsets[bag + 1]])
            {
                if (IsSuppressed(_ids[i], id, time)) return true;
            }
        }
        return false;
    }

    private static bool IsSuppressed(SuppressedTable[] tables, long id, long time)
    {
        foreach (var table in tables)
        {
            if (table.TryFind(id, out var found) && (time <= found.Until || time <= 0)) return true;
        }
        return false;
    }
}
