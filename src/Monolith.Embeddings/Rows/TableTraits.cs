namespace Monolith.Embeddings.Rows;

/// <summary>What a policy may need to know about the table that it is for. Immutable.</summary>
public sealed class TableTraits
{
    /// <summary>The segments of a row in their order.</summary>
    public IReadOnlyList<SegmentTraits> Segments { get; init; } = [];

    /// <summary>Whether ids pack a slot.</summary>
    public bool IdsCarrySlots { get; init; }

    /// <summary>Whether rows count their occurrences.</summary>
    public bool TracksFrequency { get; init; }

    /// <summary>Whether rows know when they were created.</summary>
    public bool TracksAdmissionTime { get; init; }

    /// <summary>In what time the counts of occurrences lose half their weight; null where they keep it.</summary>
    public TimeSpan? FrequencyHalfLife { get; init; }
}
