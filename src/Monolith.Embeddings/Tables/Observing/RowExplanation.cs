using System.Diagnostics;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// Why an id has a row, or has none, see <see cref="EmbeddingTable.Explain"/>. <see cref="ToString"/> says it in words. Immutable.
/// </summary>
[DebuggerDisplay("{Id}: {HasRow ? \"has a row\" : \"no row\",nq}")]
public sealed record RowExplanation
{
    internal RowExplanation(string table, long id, ExpiryTime now) => (Table, Id, Now) = (table, id, now);

    /// <summary>The table's name.</summary>
    public string Table { get; }

    /// <summary>The id.</summary>
    public long Id { get; }

    /// <summary>The time of the answer, by both clocks.</summary>
    public ExpiryTime Now { get; }

    /// <summary>Whether the id has a row.</summary>
    public bool HasRow { get; init; }

    /// <summary>
    /// The name of the filter that decides whether an id without a row gets one; null where it has a row, and where the table has no
    /// filter.
    /// </summary>
    public string? AdmissionFilter { get; init; }

    /// <summary>
    /// How far an id without a row has come with the admission filter; null where it has a row, and where the filter does not say.
    /// </summary>
    public AdmissionProgress? Admission { get; init; }

    /// <summary>
    /// Whether the id, which has no row, would get none because the table is full and no policy makes room
    /// (<see cref="EmbeddingTableOptions.AtLimit"/>).
    /// </summary>
    public bool IsRefusedForRoom { get; init; }

    /// <summary>
    /// The event time of the call that created the row, in whole seconds; null without a row, and where the table does not
    /// <see cref="EmbeddingTableOptions.TrackAdmissionTime"/>.
    /// </summary>
    public DateTimeOffset? AdmittedAt { get; init; }

    /// <summary>
    /// How many occurrences the row was created for, and has learned from since, decayed where a policy says so; null without a row, and
    /// where the table does not <see cref="EmbeddingTableOptions.TrackFrequency"/>. In training the occurrence that creates a row is
    /// learned from as well, so that one that occurred once, without an admission filter, has 2.
    /// </summary>
    public double? Frequency { get; init; }

    /// <summary>
    /// The newest event time that changed the row, in whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> where the table knew none yet,
    /// null without a row.
    /// </summary>
    public DateTimeOffset? LastUpdate { get; init; }

    /// <summary>
    /// How much longer the row lives if nothing changes it; zero where it goes at the next eviction; null without a row, and where the
    /// expiry policy does not say.
    /// </summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>The Euclidean norm of all weights; null without a row.</summary>
    public double? WeightNorm { get; init; }

    /// <summary>The row's segments; empty without a row.</summary>
    public IReadOnlyList<SegmentExplanation> Segments { get; init; } = [];

    /// <summary>
    /// When and why the id last lost a row, as far as the table remembers, see <see cref="EmbeddingTableOptions.RemovalHistory"/>; else
    /// null.
    /// </summary>
    public RowRemoval? LastRemoval { get; init; }

    /// <summary>The same in words, on several lines.</summary>
    public override string ToString() => ExplanationText.Of(this);
}
