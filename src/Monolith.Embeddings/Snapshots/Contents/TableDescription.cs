using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>A table as a file describes it: enough to read its rows without the table. Immutable.</summary>
internal sealed record TableDescription
{
    public required string Name { get; init; }

    public required bool IdsCarrySlots { get; init; }

    /// <summary>How rows count their occurrences.</summary>
    public required FrequencyColumn Frequency { get; init; }

    public required bool TracksAdmissionTime { get; init; }

    /// <summary>The admission filter's name; empty where there is none.</summary>
    public required string Admission { get; init; }

    /// <summary>How many rows the table could have.</summary>
    public required long RowLimit { get; init; }

    /// <summary>The newest event time that it had seen, in seconds since the Unix epoch.</summary>
    public required uint NewestEventTime { get; init; }

    /// <summary>Its segments, in the order of the row; at least one.</summary>
    public required IReadOnlyList<SegmentDescription> Segments { get; init; }

    /// <summary>How its rows lie in memory.</summary>
    public RowLayout Layout => new([.. Segments.Select(s => s.Shape)], Frequency != FrequencyColumn.None, TracksAdmissionTime);
}
