using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when nothing has changed it for some time. Options of <see cref="TimeToLiveExpiry"/>.</summary>
public sealed class TimeToLive : ExpiryOptions
{
    /// <summary>The longest time to live: 2^32 - 1 seconds, about 136 years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(uint.MaxValue);

    /// <summary>Creates the defaults.</summary>
    public TimeToLive()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="duration">How long a row lives after its last change.</param>
    public TimeToLive(TimeSpan duration) => Duration = duration;

    /// <summary>
    /// How long a row lives after its last change: one second to <see cref="Longest"/>, counted in whole seconds. A row of exactly this age
    /// is expired, and goes at the next eviction (the trainer's <c>EvictEvery</c> says when); until then it is read as before. Default 30 days.
    /// </summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Which clock the age is read from. Default <see cref="ExpiryClock.EventTime"/>.</summary>
    public ExpiryClock Clock { get; set; }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => new TimeToLiveExpiry(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.Require(Duration >= TimeSpan.FromSeconds(1) && Duration <= Longest, nameof(Duration),
            $"{Duration} is not between one second and {Longest}.");
        errors.Require(Enum.IsDefined(Clock), nameof(Clock), $"{Clock} is not a clock.");
    }
}
