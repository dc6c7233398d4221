using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>Describes the tables of a set.</summary>
internal static class TableDescriptions
{
    public static IReadOnlyList<TableDescription> Of(EmbeddingTableSet tables) => [.. tables.Tables.Select((table, i) => Of(table, tables.Schema.Tables[i]))];

    private static TableDescription Of(EmbeddingTable table, EmbeddingTableOptions options) => new()
    {
        Name = table.Name,
        IdsCarrySlots = options.IdsCarrySlots,
        Frequency = !options.TrackFrequency ? FrequencyColumn.None : options.FrequencyHalfLife is null ? FrequencyColumn.Count : FrequencyColumn.Decaying,
        TracksAdmissionTime = options.TrackAdmissionTime,
        Admission = table.FilterName ?? "",
        RowLimit = table.RowLimit,
        NewestEventTime = table.NewestEventTime,
        Segments = [.. options.Segments.Select((segment, i) => new SegmentDescription(
            segment.Name, table.Rules.OptimizerNames[i], table.Rules.InitializerNames[i], table.Rules.Shapes[i]))],
    };
}
