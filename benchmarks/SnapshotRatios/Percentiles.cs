namespace SnapshotRatios;

/// <summary>What is seldom exceeded.</summary>
internal static class Percentiles
{
    /// <summary>The value that 1 % of the samples exceed.</summary>
    public static double P99(List<double> samples) => samples.Order().ElementAt((int)(samples.Count * 0.99));
}
