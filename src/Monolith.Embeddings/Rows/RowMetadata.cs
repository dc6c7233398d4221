namespace Monolith.Embeddings.Rows;

/// <summary>
/// What a row is known by. Its weights come with it only where the policy asks for them, because they stand on other lines of memory.
/// </summary>
public readonly ref struct RowMetadata
{
    /// <summary>Creates what is known about a row.</summary>
    /// <param name="id">The id that owns it.</param>
    /// <param name="lastUpdate">The newest event time that changed it; rounded down to whole seconds, as a row keeps it.</param>
    /// <param name="frequency">How many occurrences it was created for and has learned from.</param>
    /// <param name="admittedAt">
    /// The event time of the call that created it, rounded down to whole seconds; null for <see cref="DateTimeOffset.UnixEpoch"/>.
    /// </param>
    /// <param name="weights">Its weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public RowMetadata(
        long id, DateTimeOffset lastUpdate, double frequency = 0, DateTimeOffset? admittedAt = null, ReadOnlySpan<float> weights = default)
    {
        (Id, Frequency) = (id, frequency);
        LastUpdateSeconds = EventSeconds.Of(lastUpdate);
        AdmittedAtSeconds = admittedAt is { } time ? EventSeconds.Of(time, nameof(admittedAt)) : 0;
        Weights = weights;
    }

    /// <summary>The id that owns the row.</summary>
    public long Id { get; init; }

    /// <summary>
    /// The newest event time that changed the row, in whole seconds. A row that was written before its table knew any has that of the
    /// pass: it counts from there.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public DateTimeOffset LastUpdate
    {
        get => EventSeconds.ToTime(LastUpdateSeconds);
        init => LastUpdateSeconds = EventSeconds.Of(value, nameof(LastUpdate));
    }

    /// <summary>
    /// How many occurrences the row was created for, and has learned from since, at most 2^32 - 1; 0 in a table that does not track it. The
    /// occurrence that creates a row counts for both where it is learned from too. Where a policy of the table lets the count decay: what
    /// it was worth at <see cref="LastUpdate"/>.
    /// </summary>
    public double Frequency { get; init; }

    /// <summary>
    /// The event time of the call that created the row, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> in a table that does not
    /// track it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies before 1970 or after 2106-02-07 06:28:15.</exception>
    public DateTimeOffset AdmittedAt
    {
        get => EventSeconds.ToTime(AdmittedAtSeconds);
        init => AdmittedAtSeconds = EventSeconds.Of(value, nameof(AdmittedAt));
    }

    /// <summary>
    /// The weights of all segments side by side, as a lookup reads them; empty unless the policy says that it reads them. Valid during the
    /// call.
    /// </summary>
    public ReadOnlySpan<float> Weights { get; init; }

    internal uint LastUpdateSeconds { get; init; }

    internal uint AdmittedAtSeconds { get; init; }

    /// <summary>When the row was last written, by the table's change clock.</summary>
    internal uint Stamp { get; init; }
}
