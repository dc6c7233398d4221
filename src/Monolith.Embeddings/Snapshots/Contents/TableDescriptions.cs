using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Describes the tables of a set.</summary>
internal static class TableDescriptions
{
    public static IReadOnlyList<TableDescription> Of(EmbeddingTableSet tables) => [.. tables.Tables.Select(Of)];

    // By what the table was made of: its options may have been changed since.
    private static TableDescription Of(EmbeddingTable table) => new()
    {
        Name = table.Name,
        IdsCarrySlots = table.Traits.IdsCarrySlots,
        Frequency = FrequencyOf(table.Traits),
        TracksAdmissionTime = table.Traits.TracksAdmissionTime,
        Admission = table.FilterName ?? "",
        RowLimit = table.RowLimit,
        NewestEventTime = table.NewestEventSeconds,
        Segments = [.. table.Traits.Segments.Select((segment, i) => new SegmentDescription(
            segment.Name, table.Rules.OptimizerNames[i], table.Rules.InitializerNames[i], table.Rules.Shapes[i]))],
    };

    private static FrequencyColumn FrequencyOf(TableTraits table)
    {
        if (!table.TracksFrequency) return FrequencyColumn.None;
        return table.FrequencyHalfLife is null ? FrequencyColumn.Count : FrequencyColumn.Decaying;
    }
}
