using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// What a table holds and what happened to it since it was made, see <see cref="EmbeddingTable.GetStatistics"/>. Immutable.
/// </summary>
[DebuggerDisplay("{Rows} rows, {Bytes.Total} bytes, hit rate {HitRate}")]
public sealed record EmbeddingTableStatistics
{
    /// <summary>Rows now, with those that an eviction under way has yet to reclaim.</summary>
    public long Rows { get; init; }

    /// <summary>Ids without a row that the admission filter counts now.</summary>
    public long PendingIds { get; init; }

    /// <summary>The memory that the table has now, by what it is for.</summary>
    public TableBytes Bytes { get; init; } = new();

    /// <summary>Places for rows that the index has now.</summary>
    public long IndexPlaces { get; init; }

    /// <summary>Rows a place of the index, 0 to 1: stripes grow between 0.86 and 0.92.</summary>
    public double LoadFactor => IndexPlaces == 0 ? 0 : (double)Rows / IndexPlaces;

    /// <summary>How often a stripe's index grew.</summary>
    public long IndexGrowths { get; init; }

    /// <summary>
    /// Ids now that found no place in the index proper: near 0 unless ids were chosen to collide. They are found nevertheless, in some
    /// more steps, and take no more of the memory limit than others.
    /// </summary>
    public long OverflowIds { get; init; }

    /// <summary>How many other entries of the index had to move for new ones.</summary>
    public IndexDisplacements Displacements { get; init; } = new();

    /// <summary>Rows created.</summary>
    public long Created { get; init; }

    /// <summary>How often an id was refused because the table was full: no room for its row, or for counting it.</summary>
    public long Refused { get; init; }

    /// <summary>Rows removed by the expiry policy.</summary>
    public long Expired { get; init; }

    /// <summary>Rows that made room for others at the limit, see <see cref="EmbeddingTableOptions.AtLimit"/>.</summary>
    public long Evicted { get; init; }

    /// <summary>Rows removed by the caller, by <see cref="EmbeddingTable.Remove(ReadOnlySpan{long})"/>.</summary>
    public long Removed { get; init; }

    /// <summary>Rows removed by the caller, by <see cref="EmbeddingTable.Clear"/>.</summary>
    public long Cleared { get; init; }

    /// <summary>Gradients dropped because their id had no row.</summary>
    public long DroppedGradients { get; init; }

    /// <summary>Gradients skipped because they held NaN or an infinity.</summary>
    public long NonFiniteGradients { get; init; }

    /// <summary>
    /// Gradients refused because a weight or a number of the optimizer's state would have become infinite, or none; their rows stayed as
    /// they were.
    /// </summary>
    public long NonFiniteUpdates { get; init; }

    /// <summary>
    /// Assigned and added values, new rows and restored rows refused because a weight or a number of the optimizer's state was infinite, or
    /// none; what was there stayed.
    /// </summary>
    public long NonFiniteValues { get; init; }

    /// <summary>
    /// Calls whose event time led by more than <see cref="EmbeddingTableSetOptions.EventTimeSkew"/> and was taken as an earlier one.
    /// </summary>
    public long ClampedEventTimes { get; init; }

    /// <summary>
    /// Of these, the calls whose event time was later than the set's clock and <see cref="EmbeddingTableSetOptions.EventTimeSkew"/>: a
    /// producer's clock, or this host's, is wrong.
    /// </summary>
    public long FutureEventTimes { get; init; }

    /// <summary>
    /// Calls whose event time lay further behind the newest one than <see cref="EmbeddingTableSetOptions.EventTimeSkew"/>. It was taken as
    /// it was.
    /// </summary>
    public long LateEventTimes { get; init; }

    /// <summary>
    /// Calls without an event time (0), or with one before 1980: perhaps in a wrong unit. Where all times are
    /// such, no row expires by them.
    /// </summary>
    public long ImplausibleEventTimes { get; init; }

    /// <summary>
    /// Gradients, assigned values and new rows dropped because a number of the result was infinite, or none, in the 16 bits that a segment
    /// stores it in, see <see cref="SegmentOptions.Precision"/>.
    /// </summary>
    public long PrecisionOverflows { get; init; }

    /// <summary>Ids that lookups asked for.</summary>
    public long Lookups { get; init; }

    /// <summary>Ids that lookups found.</summary>
    public long Found { get; init; }

    /// <summary>The share of looked up ids that were found, 0 to 1; 0 before the first lookup.</summary>
    public double HitRate => Lookups == 0 ? 0 : (double)Found / Lookups;

    /// <summary>The sum of these statistics and others, of two ranges of one table for example.</summary>
    /// <param name="other">The others.</param>
    public EmbeddingTableStatistics Plus(EmbeddingTableStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new()
        {
            Rows = Rows + other.Rows,
            PendingIds = PendingIds + other.PendingIds,
            Bytes = Bytes.Plus(other.Bytes),
            IndexPlaces = IndexPlaces + other.IndexPlaces,
            IndexGrowths = IndexGrowths + other.IndexGrowths,
            OverflowIds = OverflowIds + other.OverflowIds,
            Displacements = Displacements.Plus(other.Displacements),
            Created = Created + other.Created,
            Refused = Refused + other.Refused,
            Expired = Expired + other.Expired,
            Evicted = Evicted + other.Evicted,
            Removed = Removed + other.Removed,
            Cleared = Cleared + other.Cleared,
            DroppedGradients = DroppedGradients + other.DroppedGradients,
            NonFiniteGradients = NonFiniteGradients + other.NonFiniteGradients,
            NonFiniteUpdates = NonFiniteUpdates + other.NonFiniteUpdates,
            NonFiniteValues = NonFiniteValues + other.NonFiniteValues,
            ClampedEventTimes = ClampedEventTimes + other.ClampedEventTimes,
            FutureEventTimes = FutureEventTimes + other.FutureEventTimes,
            LateEventTimes = LateEventTimes + other.LateEventTimes,
            ImplausibleEventTimes = ImplausibleEventTimes + other.ImplausibleEventTimes,
            PrecisionOverflows = PrecisionOverflows + other.PrecisionOverflows,
            Lookups = Lookups + other.Lookups,
            Found = Found + other.Found,
        };
    }

    /// <summary>One line for a console or a log, in the invariant culture. Of what goes wrong, it says what is not zero.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var mebibytes = Bytes.Total / (1024.0 * 1024);
        text.Append(CultureInfo.InvariantCulture, $"{Rows:N0} rows of {mebibytes:N1} MiB, {PendingIds:N0} ids pending; ");
        text.Append(CultureInfo.InvariantCulture, $"{Created:N0} created, {Expired:N0} expired, {Evicted:N0} evicted, ");
        text.Append(CultureInfo.InvariantCulture, $"{Removed + Cleared:N0} removed; {Lookups:N0} ids looked up, {HitRate:P1} found");
        Append("refused for room", Refused);
        Append("gradients dropped", DroppedGradients);
        Append("numbers refused", NonFiniteGradients + NonFiniteUpdates + NonFiniteValues + PrecisionOverflows);
        Append("event times in the future", FutureEventTimes);
        return text.ToString();

        void Append(string what, long count)
        {
            if (count != 0) text.Append(CultureInfo.InvariantCulture, $"; {count:N0} {what}");
        }
    }
}
