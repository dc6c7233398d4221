using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when nothing has changed it for some time. Options of <see cref="TimeToLive"/>.</summary>
/// <example>
/// <code>
/// // A row goes 30 days, by the time of the events, after it was last learned.
/// table.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(30));
/// </code>
/// </example>
public sealed class TimeToLiveOptions : ExpiryPolicyOptions
{
    /// <summary>The longest time to live: 2^32 - 1 seconds, about 136 years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(uint.MaxValue);

    /// <summary>Creates the defaults.</summary>
    public TimeToLiveOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="duration">How long a row lives after its last change.</param>
    public TimeToLiveOptions(TimeSpan duration) => Duration = duration;

    /// <summary>
    /// How long a row lives after its last change: one second to <see cref="Longest"/>, counted in whole seconds. A row of exactly this age
    /// is expired, and goes at the next eviction (the trainer's <c>EvictEvery</c> says when); until then it is read as before. A row that
    /// was written before its table knew any event time counts from the first eviction that knows one. Default 30 days.
    /// </summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The durations of single slots, 0 to 32,767, in place of <see cref="Duration"/>; in the same range. Only where the table's ids carry
    /// slots. Default: none. Ids that have no row yet and are only counted are forgotten by the longest of all durations.
    /// </summary>
    public IDictionary<int, TimeSpan> BySlot { get; } = new Dictionary<int, TimeSpan>();

    /// <summary>Which clock the age is read from. Default <see cref="ExpiryClock.EventTime"/>.</summary>
    public ExpiryClock Clock { get; set; }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => new TimeToLive(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        RequireDuration(errors, nameof(Duration), Duration);
        foreach (var (slot, duration) in BySlot.OrderBy(pair => pair.Key))
        {
            errors.Require(
                slot is >= 0 and <= PackedId.MaxSlot, $"{nameof(BySlot)}[{slot}]", $"A packed id holds slots 0 to {PackedId.MaxSlot}.");
            RequireDuration(errors, $"{nameof(BySlot)}[{slot}]", duration);
        }
        errors.Require(Enum.IsDefined(Clock), nameof(Clock), $"{Clock} is not a clock.");
    }

    /// <inheritdoc />
    public override void CollectTableErrors(OptionErrors errors, TableTraits table) =>
        errors.Require(BySlot.Count == 0 || table.IdsCarrySlots, nameof(BySlot), "needs ids with slots; set IdsCarrySlots.");

    private static void RequireDuration(OptionErrors errors, string name, TimeSpan duration) =>
        errors.Require(
            duration >= TimeSpan.FromSeconds(1) && duration <= Longest, name, $"{duration} is not between one second and {Longest}.");
}
