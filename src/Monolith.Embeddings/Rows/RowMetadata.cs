namespace Monolith.Embeddings.Rows;

/// <summary>
/// What a row is known by. Its weights come with it only where the policy asks for them, because they stand on other lines of memory.
/// </summary>
public readonly ref struct RowMetadata
{
    /// <summary>Creates what is known about a row.</summary>
    /// <param name="id">The id that owns it.</param>
    /// <param name="lastUpdate">The newest event time that changed it, in seconds since the Unix epoch.</param>
    /// <param name="frequency">How many occurrences it was created for and has learned from.</param>
    /// <param name="admittedAt">The event time of the call that created it, in seconds since the Unix epoch.</param>
    /// <param name="weights">Its weights.</param>
    public RowMetadata(long id, uint lastUpdate, double frequency = 0, uint admittedAt = 0, ReadOnlySpan<float> weights = default)
    {
        (Id, LastUpdate, Frequency, AdmittedAt) = (id, lastUpdate, frequency, admittedAt);
        Weights = weights;
    }

    /// <summary>The id that owns the row.</summary>
    public long Id { get; init; }

    /// <summary>
    /// The newest event time that changed the row, in seconds since the Unix epoch. A row that was written before its table knew any has
    /// that of the pass: it counts from there.
    /// </summary>
    public uint LastUpdate { get; init; }

    /// <summary>
    /// How many occurrences the row was created for and has learned from, at most 2^32 - 1; 0 in a table that does not track it. Where a
    /// policy of the table lets the count decay: what it was worth at <see cref="LastUpdate"/>.
    /// </summary>
    public double Frequency { get; init; }

    /// <summary>
    /// The event time of the call that created the row, in seconds since the Unix epoch; 0 in a table that does not track it.
    /// </summary>
    public uint AdmittedAt { get; init; }

    /// <summary>
    /// The weights of all segments side by side, as a lookup reads them; empty unless the policy says that it reads them. Valid during the
    /// call.
    /// </summary>
    public ReadOnlySpan<float> Weights { get; init; }

    /// <summary>When the row was last written, by the table's change clock.</summary>
    internal uint Stamp { get; init; }
}
