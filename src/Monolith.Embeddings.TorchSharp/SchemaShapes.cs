using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>What modules need of a schema, or say why they cannot use it.</summary>
internal static class SchemaShapes
{
    /// <summary>The dimension that all slots of a segment have.</summary>
    /// <exception cref="InvalidOperationException">They differ; the message lists them.</exception>
    public static int OneDimension(SegmentLayout segment) =>
        ProblemOf(segment) is { } problem ? throw new InvalidOperationException(problem) : segment.Columns[0].Dimension;

    /// <summary>Says which dimensions differ; null where all slots have one.</summary>
    public static string? ProblemOf(SegmentLayout segment)
    {
        var dimension = segment.Columns[0].Dimension;
        for (var i = 1; i < segment.Columns.Count; i++)
        {
            if (segment.Columns[i].Dimension == dimension) continue;
            return $"The segments '{segment.Name}' must have one dimension in all slots; they have "
                + $"{string.Join(", ", segment.Columns.Select(c => $"'{c.Slot.Name}' {c.Dimension}"))}.";
        }
        return null;
    }
}
