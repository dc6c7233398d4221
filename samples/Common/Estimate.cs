using System.Globalization;

namespace Samples.Common;

/// <summary>A mean over seeds, and how far it can be trusted.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">Its standard error; 0 of one seed.</param>
public readonly record struct Estimate(double Mean, double StandardError)
{
    /// <summary>Of one number a seed, one at least.</summary>
    public static Estimate Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var variance = values.Count < 2 ? 0 : values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new Estimate(mean, Math.Sqrt(variance / values.Count));
    }

    /// <summary>Whether the mean lies further than two standard errors from zero.</summary>
    public bool IsClear => Math.Abs(Mean) > 2 * StandardError;

    /// <summary>The mean with its sign, and the standard error, with four digits.</summary>
    public string FormatDifference() => Format("+0.0000;-0.0000;0.0000");

    /// <summary>The mean in a format, and the standard error with four digits.</summary>
    public string Format(string format) =>
        Mean.ToString(format, CultureInfo.InvariantCulture) + " ± " + StandardError.ToString("F4", CultureInfo.InvariantCulture);
}
