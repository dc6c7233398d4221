using System.Globalization;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>How far estimates are from the truth, on average and one by one.</summary>
internal sealed class EstimatorSummary
{
    private readonly List<double[]> _estimates = [];
    private readonly List<double> _calibrations = [];

    public double Calibration => _calibrations.Average();

    public double InterceptBias => Bias(0);

    public double LargestBias => Enumerable.Range(0, RareEvents.Truth.Length).Max(i => Math.Abs(Bias(i)));

    public double Variance => Enumerable.Range(0, RareEvents.Truth.Length).Sum(VarianceOf);

    public double MeanSquaredError => _estimates.Average(one => one.Zip(RareEvents.Truth, (a, b) => (a - b) * (a - b)).Sum());

    public void Add(double[] estimate, double calibration)
    {
        _estimates.Add(estimate);
        _calibrations.Add(calibration);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{InterceptBias:F3} | {LargestBias:F3} | {Variance:F3} | {MeanSquaredError:F3} | {Calibration:F3} |");

    private double Bias(int i) => _estimates.Average(one => one[i]) - RareEvents.Truth[i];

    private double VarianceOf(int i)
    {
        var mean = _estimates.Average(one => one[i]);
        return _estimates.Average(one => (one[i] - mean) * (one[i] - mean));
    }
}
