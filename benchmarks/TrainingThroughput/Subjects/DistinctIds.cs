using Monolith.Embeddings.Features;

namespace TrainingThroughput.Subjects;

/// <summary>The distinct ids of one table in a batch, in the order of their first occurrence, with counts.</summary>
internal sealed record DistinctIds(long[] Ids, int[] Counts)
{
    /// <summary>Those of each table.</summary>
    public static DistinctIds[] Of(FeatureBatch batch) =>
        [.. Enumerable.Range(0, batch.Schema.Tables.Count).Select(table => Of(batch, table))];

    private static DistinctIds Of(FeatureBatch batch, int table)
    {
        var slots = batch.Schema.Slots.Where(slot => slot.Table == table);
        var groups = slots.SelectMany(slot => batch.Ids(slot).ToArray()).GroupBy(id => id).ToArray();
        return new DistinctIds([.. groups.Select(group => group.Key)], [.. groups.Select(group => group.Count())]);
    }
}
