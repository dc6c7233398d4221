using System.Globalization;

namespace TorchRecommender.Contest;

/// <summary>The mean of one number a seed, and how far it can be trusted.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">The standard error of it; 0 of one seed.</param>
public readonly record struct SeedMean(double Mean, double StandardError)
{
    /// <summary>Of some numbers, one at least.</summary>
    public static SeedMean Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var mean = all.Average();
        var squares = all.Sum(value => (value - mean) * (value - mean));
        return new SeedMean(mean, all.Length < 2 ? 0 : Math.Sqrt(squares / (all.Length - 1) / all.Length));
    }

    /// <summary>Whether the mean lies further than two standard errors from zero.</summary>
    public bool IsClear => Math.Abs(Mean) > 2 * StandardError;

    /// <summary>The mean in a format, and the error in four digits.</summary>
    public string Text(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {StandardError:F4}");
}
