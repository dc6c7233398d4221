namespace Measuring;

/// <summary>
/// A median and how well it is known: the interval that holds 95 % of the medians of samples drawn with replacement from the values (the
/// percentile bootstrap, Efron 1979). The values must be independent of each other.
/// </summary>
/// <param name="Median">The median; of an even number of values the mean of the two in the middle.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end.</param>
public readonly record struct MedianInterval(double Median, double Low, double High)
{
    private const int Seed = 1;
    private const int Samples = 10_000;
    private const double Tail = 0.025;

    /// <summary>Half the interval's length.</summary>
    public double HalfWidth => (High - Low) / 2;

    /// <summary>The same values give the same interval.</summary>
    /// <param name="values">At least one value.</param>
    public static MedianInterval Of(IReadOnlyList<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var medians = new double[Samples];
        var random = new Random(Seed);
        var sample = new double[values.Count];
        for (var i = 0; i < Samples; i++)
        {
            for (var j = 0; j < sample.Length; j++) sample[j] = values[random.Next(sample.Length)];
            medians[i] = MedianOf(sample);
        }
        Array.Sort(medians);
        const int outside = (int)(Samples * Tail);
        return new MedianInterval(MedianOf([.. values]), medians[outside], medians[Samples - 1 - outside]);
    }

    // Sorts the values.
    private static double MedianOf(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
