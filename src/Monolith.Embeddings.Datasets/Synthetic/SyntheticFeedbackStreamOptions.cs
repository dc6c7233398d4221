using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>Options of <see cref="SyntheticFeedbackStream"/>.</summary>
public sealed class SyntheticFeedbackStreamOptions : IValidatedOptions
{
    /// <summary>The number of users, 1 to 1,000,000,000. Default 100.</summary>
    public int Users { get; set; } = 100;

    /// <summary>The number of items, 1 to 16,777,216. Default 100.</summary>
    public int Items { get; set; } = 100;

    /// <summary>The number of impressions, at least 0. Default 300,000.</summary>
    public long EventCount { get; set; } = 300_000;

    /// <summary>When the first impression happens, not before 1970; whole milliseconds. Default 2024-01-01 00:00 UTC.</summary>
    public DateTimeOffset Start { get; set; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Impressions a second before any rise, evenly spaced: greater than 0, finite. Default 20.</summary>
    public double EventsPerSecond { get; set; } = 20;

    /// <summary>How long after the start the traffic rises, at least 0. Default null: it never does.</summary>
    public TimeSpan? RiseAfter { get; set; }

    /// <summary>How many times as many impressions a second come from then on, 0.001 to 1,000. Default 5.</summary>
    public double RiseFactor { get; set; } = 5;

    /// <summary>The chance of an action of an average user at an average item, 0.000001 to 0.999999. Default 0.1.</summary>
    public double BaseActionRate { get; set; } = 0.1;

    /// <summary>The standard deviation of the log-odds of that chance over users, and over items, 0 to 10. Default 0.5.</summary>
    public double RateDeviation { get; set; } = 0.5;

    /// <summary>The mean delay of an average user at an average item, a millisecond to 366 days. Default a minute.</summary>
    public TimeSpan MeanDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The standard deviation of the logarithm of the mean delay over users, and over items, 0 to 1. Default 0.35.</summary>
    public double DelayDeviation { get; set; } = 0.35;

    /// <summary>The seed of all draws. Default 1.</summary>
    public ulong Seed { get; set; } = 1;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(Users), Users, 1, 1e9);
        errors.InRange(nameof(Items), Items, 1, 1 << 24);
        errors.Require(EventCount >= 0, nameof(EventCount), $"{EventCount} is negative; it is a number of impressions.");
        errors.Require(Start >= DateTimeOffset.UnixEpoch, nameof(Start), $"{Start:u} is before 1970.");
        errors.GreaterThan(nameof(EventsPerSecond), EventsPerSecond, 0);
        errors.Require(RiseAfter is null || RiseAfter >= TimeSpan.Zero, nameof(RiseAfter), $"{RiseAfter} is negative.");
        errors.InRange(nameof(RiseFactor), RiseFactor, 0.001, 1000);
        errors.InRange(nameof(BaseActionRate), BaseActionRate, 1e-6, 1 - 1e-6);
        errors.InRange(nameof(RateDeviation), RateDeviation, 0, 10);
        errors.Require(MeanDelay >= TimeSpan.FromMilliseconds(1) && MeanDelay <= TimeSpan.FromDays(366), nameof(MeanDelay),
            $"{MeanDelay} is not between a millisecond and 366 days.");
        errors.InRange(nameof(DelayDeviation), DelayDeviation, 0, 1);
        // The slowest that it may become. The last action may come a thousand years after it.
        var slowest = EventsPerSecond * Math.Min(1, RiseFactor);
        errors.Require(!(EventCount / slowest > (new DateTimeOffset(8000, 1, 1, 0, 0, 0, TimeSpan.Zero) - Start).TotalSeconds),
            nameof(EventCount), $"{EventCount} impressions at {slowest:R} a second end after the year 8000.");
    }
}
