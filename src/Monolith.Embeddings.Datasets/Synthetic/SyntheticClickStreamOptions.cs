using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>Options of <see cref="SyntheticClickStream"/>.</summary>
public sealed class SyntheticClickStreamOptions : IValidatedOptions
{
    /// <summary>The number of users, 1 to 1,000,000,000. Default 2,000.</summary>
    public int Users { get; set; } = 2_000;

    /// <summary>The number of items alive at a time, 1 to 16,777,216. Default 1,000.</summary>
    public int Items { get; set; } = 1_000;

    /// <summary>The number of categories that items belong to, 1 to 65,536. Default 20.</summary>
    public int Categories { get; set; } = 20;

    /// <summary>The dimension of the latent vectors of users and items, 1 to 256. Default 4.</summary>
    public int LatentDimension { get; set; } = 4;

    /// <summary>The number of impressions, at least 0. Default 300,000.</summary>
    public long EventCount { get; set; } = 300_000;

    /// <summary>When the first impression happens, not before 1970; whole milliseconds. Default 2024-01-01 00:00 UTC.</summary>
    public DateTimeOffset Start { get; set; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Impressions a second, evenly spaced: greater than 0, finite. Default 10.</summary>
    public double EventsPerSecond { get; set; } = 10;

    /// <summary>
    /// The share of the items that is replaced by new ones each hour, 0 to 1,000: an item lives 1 / this hours. 0 for no drift: the same
    /// items, each as popular as before. Default 0.2.
    /// </summary>
    public double DriftPerHour { get; set; } = 0.2;

    /// <summary>The click probability of an average user at an average item, 0.000001 to 0.999999. Default 0.1.</summary>
    public double BaseClickRate { get; set; } = 0.1;

    /// <summary>
    /// The standard deviation, in log-odds, of what a certain user has for a certain item beyond both their averages, 0 to 100. Default 2.
    /// </summary>
    public double InteractionStrength { get; set; } = 2;

    /// <summary>The seed of all draws. Default 1.</summary>
    public ulong Seed { get; set; } = 1;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.InRange(nameof(Users), Users, 1, 1e9);
        errors.InRange(nameof(Items), Items, 1, 1 << 24);
        errors.InRange(nameof(Categories), Categories, 1, 1 << 16);
        errors.InRange(nameof(LatentDimension), LatentDimension, 1, 256);
        errors.Require(EventCount >= 0, nameof(EventCount), $"{EventCount} is negative; it is a number of impressions.");
        errors.Require(Start >= DateTimeOffset.UnixEpoch, nameof(Start), $"{Start:u} is before 1970.");
        errors.GreaterThan(nameof(EventsPerSecond), EventsPerSecond, 0);
        errors.InRange(nameof(DriftPerHour), DriftPerHour, 0, 1000);
        errors.InRange(nameof(BaseClickRate), BaseClickRate, 1e-6, 1 - 1e-6);
        errors.InRange(nameof(InteractionStrength), InteractionStrength, 0, 100);
        errors.Require(!(EventCount / EventsPerSecond > (DateTimeOffset.MaxValue - Start).TotalSeconds), nameof(EventCount),
            $"{EventCount} impressions at {EventsPerSecond:R} a second end after the year 9999.");
    }
}
