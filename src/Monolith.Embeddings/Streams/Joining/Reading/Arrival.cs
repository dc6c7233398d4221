namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>A partition behind a record that it brought, until the record is processed.</summary>
internal struct Arrival
{
    /// <summary>The place after the record, and what was known there.</summary>
    public PartitionPlace Behind;

    /// <summary>How many records had been read when it was decided what becomes of it: of one that was held, some behind it.</summary>
    public long DecidedAt;

    /// <summary>When the record is processed.</summary>
    public long Time;

    /// <summary>Whether it is processed, or dropped.</summary>
    public bool IsProcessed;

    /// <summary>
    /// Whether a reading can go on behind it: not between records that were held together, nor before what decided about it.
    /// </summary>
    public bool IsCut;
}
