using System.Globalization;

namespace PredictionQuality;

/// <summary>A mean over seeds and its standard error.</summary>
internal readonly record struct Estimate(double Mean, double StandardError)
{
    public static Estimate Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var variance = values.Count < 2 ? 0 : values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new Estimate(mean, Math.Sqrt(variance / values.Count));
    }

    /// <summary>Whether the mean lies further than two standard errors from zero.</summary>
    public bool IsClear => Math.Abs(Mean) > 2 * StandardError;

    public string Format(string format) =>
        Mean.ToString(format, CultureInfo.InvariantCulture) + " ± " + StandardError.ToString("F4", CultureInfo.InvariantCulture);
}
