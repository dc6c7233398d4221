namespace Monolith.Embeddings.Admission.Counting;

/// <summary>What a sketch knows of one partition beside its lines.</summary>
internal struct SketchPartition
{
    /// <summary>How many ids its lines remember.</summary>
    public int Count;

    /// <summary>The newest event time of any occurrence.</summary>
    public uint NewestEvent;

    /// <summary>
    /// What <see cref="NewestEvent"/> was at the last mark in time: ids that were not seen since were last seen no later.
    /// </summary>
    public uint Mark;

    /// <summary>The newest period of any occurrence.</summary>
    public uint Period;

    /// <summary>Whether its times are those of another.</summary>
    public readonly bool HasTimesOf(in SketchPartition other) =>
        (NewestEvent, Mark, Period) == (other.NewestEvent, other.Mark, other.Period);
}
