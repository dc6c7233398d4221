using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Expiry.EventTimes;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>What the tables of a set share.</summary>
public sealed class EmbeddingTableSetOptions : IValidatedOptions
{
    /// <summary>The smallest memory limit: 1 MiB.</summary>
    public const long SmallestMemoryLimitBytes = 1 << 20;

    /// <summary>The largest number of confirmations of an event time: 1,000,000.</summary>
    public const int MaxEventTimeConfirmations = 1_000_000;

    /// <summary>
    /// Where the first values of all rows come from, except those that are born from another row. Any number; the same seed gives the
    /// same rows on every machine. Default 0.
    /// </summary>
    public ulong Seed { get; set; }

    /// <summary>
    /// How much memory all tables of the set may take, in bytes: rows, optimizer state, index and admission counters. How many rows that
    /// is, <see cref="EmbeddingTable.RowLimit"/> says. At least <see cref="SmallestMemoryLimitBytes"/>, and 256 KiB for each table.
    /// Default: half of what the process may use on this machine or in this container.
    /// </summary>
    public long MemoryLimitBytes { get; set; } = AvailableMemory.Bytes / 2;

    /// <summary>
    /// The range of the ids that the set owns, where its tables are a part of something larger; null (the default) for a set that stands
    /// alone. All other options are then those of the whole, the memory limit too: a part takes its share of it, and up to twice as much
    /// where chance gives it more rows. What depends on all ranges comes from outside, see <see cref="TablePart"/>.
    /// </summary>
    public IdRange? Range { get; set; }

    /// <summary>
    /// How far an event time may lead the newest one that its table has seen: one second to <see cref="TimeToLiveOptions.Longest"/>, in
    /// whole seconds. One that leads by more is taken as the newest and this much, and counted, until it is confirmed: one wrong clock
    /// cannot expire a table. Also how far one may lead the clock of the set, see
    /// <see cref="RefuseFutureEventTimes"/>. Default one day.
    /// </summary>
    public TimeSpan EventTimeSkew { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How many calls must lead by more than <see cref="EventTimeSkew"/> to be believed, not counting those that others near the newest
    /// time outweigh: 1, for no doubt, to 1,000,000. A trainer counts examples, and asks for 16 in place of each call beyond the first.
    /// Default 16.
    /// </summary>
    public int EventTimeConfirmations { get; set; } = 16;

    /// <summary>
    /// Whether an event time later than the clock of the set and <see cref="EventTimeSkew"/> is never believed, however often it comes, and
    /// refused where rows are imported. False for simulated streams that run ahead of the clock; then a first event of the far future
    /// expires all other rows. Default true.
    /// </summary>
    public bool RefuseFutureEventTimes { get; set; } = true;

    /// <summary>
    /// Where each table of the set logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.
    /// </summary>
    public ILogger? Logger { get; set; }

    internal EmbeddingTableSetOptions Copy() => (EmbeddingTableSetOptions)MemberwiseClone();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(MemoryLimitBytes), MemoryLimitBytes, SmallestMemoryLimitBytes, long.MaxValue);
        errors.Require(EventTimeSkew >= TimeSpan.FromSeconds(1) && EventTimeSkew <= TimeToLiveOptions.Longest, nameof(EventTimeSkew),
            $"{EventTimeSkew} is not between one second and {TimeToLiveOptions.Longest}.");
        errors.InRange(nameof(EventTimeConfirmations), EventTimeConfirmations, 1, MaxEventTimeConfirmations);
    }

    /// <summary>When event times are believed, by a clock.</summary>
    internal EventTimeRules EventTimesBy(TimeProvider time) => new(EventTimeSkew, EventTimeConfirmations, RefuseFutureEventTimes, time);
}
