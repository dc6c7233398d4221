using Monolith.Embeddings.Datasets;

namespace DelayedFeedback;

/// <summary>A kind of action.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="MeanDelay">The mean delay of its actions.</param>
/// <param name="Rate">The chance of an action.</param>
internal sealed record Scenario(string Name, TimeSpan MeanDelay, double Rate)
{
    public static Scenario Clicks { get; } = new("clicks", TimeSpan.FromMinutes(1), 0.1);

    public static Scenario Purchases { get; } = new("purchases", TimeSpan.FromDays(1), 0.05);

    /// <summary>The stream; its length before any rise is given in mean delays.</summary>
    /// <param name="impressions">How many.</param>
    /// <param name="length">For how many mean delays they would last without a rise.</param>
    /// <param name="riseAfter">After how many mean delays the traffic rises; null for never.</param>
    /// <param name="seed">The seed.</param>
    public SyntheticFeedbackStream Stream(long impressions, double length, double? riseAfter = null, ulong seed = 1) => new(new()
    {
        EventCount = impressions,
        EventsPerSecond = impressions / (length * MeanDelay.TotalSeconds),
        BaseActionRate = Rate,
        MeanDelay = MeanDelay,
        RiseAfter = riseAfter * MeanDelay,
        Seed = seed,
    });
}
