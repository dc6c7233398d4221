namespace JoinRatios;

/// <summary>
/// Even traffic whose window holds a number of impressions: each twentieth gets an action, most of them soon, one in a hundred after most
/// of the window has passed.
/// </summary>
/// <param name="open">How many impressions a window holds.</param>
internal sealed class TrafficShape(long open)
{
    public const int ActionEvery = 20, FarActionEvery = 100 * ActionEvery;

    private const long Start = 1_700_000_000_000;
    private const double NearShare = 0.002, FarShare = 0.7;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static double WindowMilliseconds => Window.TotalMilliseconds;

    /// <summary>When an impression is shown.</summary>
    public long TimeOf(long number) => Start + (long)(number * (WindowMilliseconds / open));

    /// <summary>The impression of an action that came soon.</summary>
    /// <param name="action">The number of the action among those.</param>
    public Clicked Near(long action)
    {
        // All but those that have a far one.
        var number = (action + (action / (FarActionEvery / ActionEvery - 1)) + 1) * ActionEvery;
        return new Clicked(number, TimeOf(number) + (long)(NearShare * WindowMilliseconds));
    }

    /// <summary>The impression of an action that came late in its window.</summary>
    /// <param name="action">The number of the action among those.</param>
    public Clicked Far(long action)
    {
        var number = action * FarActionEvery;
        return new Clicked(number, TimeOf(number) + (long)(FarShare * WindowMilliseconds));
    }
}
