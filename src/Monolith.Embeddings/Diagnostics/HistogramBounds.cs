namespace Monolith.Embeddings.Diagnostics;

/// <summary>
/// The bounds between the buckets of histograms of durations, in seconds. Those that listeners choose by themselves begin at 5: of what is
/// measured here, nearly all would fall into the first bucket.
/// </summary>
internal static class HistogramBounds
{
    /// <summary>Of what holds others up for a moment: 10 microseconds to a second.</summary>
    public static readonly double[] Pauses = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

    /// <summary>Of answers that a caller waits for: 50 microseconds to two and a half seconds.</summary>
    public static readonly double[] Answers =
        [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 7.5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    /// <summary>Of work beside training or serving: a millisecond to an hour.</summary>
    public static readonly double[] Work = [1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800, 3600];
}
