using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>What the tables of <see cref="BirthSchema"/> hold after batches whose every gradient is 1, by dictionaries.</summary>
/// <param name="schema">The schema.</param>
/// <param name="unborn">A set of the same seed without births: it says what the initializers make.</param>
internal sealed class BirthOracle(BirthSchema schema, EmbeddingTableSet unborn)
{
    private readonly Dictionary<long, int>[] _counts = [[], [], []];

    /// <summary>Each table's rows, in its own layout.</summary>
    public Dictionary<long, float[]>[] Rows { get; } = [[], [], []];

    /// <summary>How many rows were born from a parent.</summary>
    public int Born { get; private set; }

    public void Learn(FeatureBatch batch)
    {
        Dictionary<long, float[]>[] before = [.. Rows.Select(table => table.ToDictionary(row => row.Key, row => row.Value.ToArray()))];
        var parents = ParentsOf(batch);
        for (var table = 0; table < Rows.Length; table++)
        {
            foreach (var (id, count) in Occurrences(batch, table))
            {
                if (Rows[table].ContainsKey(id)) continue;
                _counts[table][id] = _counts[table].GetValueOrDefault(id) + count;
                if (_counts[table][id] < (table == 2 ? 2 : 1)) continue;
                Rows[table][id] = FirstOf(table, id, parents[table].GetValueOrDefault(id), before);
            }
        }
        Step(batch);
    }

    // The gradient of a row is how often its id occurs in the rows of the batch; the product with the rate is exact.
    private void Step(FeatureBatch batch)
    {
        Dictionary<long, int>[] gradients = [[], [], []];
        foreach (var slot in schema.Schema.Slots)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                foreach (var id in IdsOf(batch, slot, row))
                    gradients[slot.Table][id] = gradients[slot.Table].GetValueOrDefault(id) + 1;
            }
        }
        for (var table = 0; table < Rows.Length; table++)
        {
            foreach (var (id, count) in gradients[table])
            {
                if (!Rows[table].TryGetValue(id, out var weights)) continue;
                for (var i = 0; i < weights.Length; i++) weights[i] -= 0.25f * count;
            }
        }
    }

    // The first occurrence among slots that are born decides.
    private Dictionary<long, (int Table, long Id)?>[] ParentsOf(FeatureBatch batch)
    {
        Dictionary<long, (int, long)?>[] parents = [[], [], []];
        if (batch.Rows == 0) return parents;
        foreach (var slot in schema.Schema.Slots)
        {
            if (slot.BornFrom is not { } parent) continue;
            for (var row = 0; row < (batch.IsShared(slot) ? 1 : batch.Rows); row++)
            {
                var of = IdsOf(batch, parent, row);
                foreach (var id in IdsOf(batch, slot, row)) parents[slot.Table].TryAdd(id, of.Length > 0 ? (parent.Table, of[0]) : null);
            }
        }
        return parents;
    }

    private float[] FirstOf(int table, long id, (int Table, long Id)? parent, Dictionary<long, float[]>[] before)
    {
        if (parent is not { } of || !before[of.Table].TryGetValue(of.Id, out var from))
        {
            var made = new float[unborn.Tables[table].Dimension];
            long[] ids = [id];
            unborn.Tables[table].LookupOrAdmit(ids, [2], made, DateTimeOffset.UnixEpoch);
            return made;
        }
        Born++;
        var tables = schema.Schema.Tables;
        return
        [
            .. tables[table].Segments.SelectMany(segment => from
                .Skip(tables[of.Table].Segments.TakeWhile(s => s.Name != segment.Name).Sum(s => s.Dimension)).Take(segment.Dimension)),
        ];
    }

    // What all rows share occurs once.
    private Dictionary<long, int> Occurrences(FeatureBatch batch, int table)
    {
        var counts = new Dictionary<long, int>();
        foreach (var slot in schema.Schema.Slots.Where(slot => slot.Table == table))
        {
            foreach (var id in batch.Ids(slot)) counts[id] = counts.GetValueOrDefault(id) + 1;
        }
        return counts;
    }

    private static long[] IdsOf(FeatureBatch batch, FeatureSlot slot, int row)
    {
        var offsets = batch.Offsets(slot);
        var bag = batch.IsShared(slot) ? 0 : row;
        return batch.Ids(slot)[offsets[bag]..offsets[bag + 1]].ToArray();
    }
}
