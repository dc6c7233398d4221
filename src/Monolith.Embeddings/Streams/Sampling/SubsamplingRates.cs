using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>With what probability examples are kept. One reader's.</summary>
/// <param name="options">The options; not changed afterwards.</param>
internal sealed class SubsamplingRates(SubsamplingOptions options)
{
    private float[] _pilot = [];

    /// <summary>Looks at a batch whose examples are asked for afterwards.</summary>
    public void Begin(ExampleBatch batch)
    {
        if (options.Pilot is not { } pilot) return;
        if (_pilot.Length < batch.Rows) _pilot = new float[Math.Max(batch.Rows, 2 * _pilot.Length)];
        pilot(batch, _pilot.AsSpan(0, batch.Rows));
    }

    /// <summary>The probabilities with which an example would be kept as a positive and as a negative.</summary>
    /// <exception cref="InvalidOperationException">The user's delegate gave NaN.</exception>
    public (double Positive, double Negative) Of(ExampleBatch batch, int row)
    {
        if (options.Negatives is { } negatives) return (options.PositiveRate, Mixed(options.NegativeRate, Asked(negatives, batch, row)));
        if (options.Pilot is null || float.IsNaN(_pilot[row])) return (options.PositiveRate, options.NegativeRate);
        var p = Math.Clamp((double)_pilot[row], 0, 1);
        var negative = Mixed(options.NegativeRate, options.PilotScale * p);
        return (options.LocalCaseControl ? Mixed(options.PositiveRate, options.PilotScale * (1 - p)) : options.PositiveRate, negative);
    }

    private static double Asked(KeepProbability negatives, ExampleBatch batch, int row)
    {
        var answer = negatives(new ExampleView(batch, row));
        return double.IsNaN(answer)
            ? throw new InvalidOperationException(
                $"{nameof(SubsamplingOptions.Negatives)} gave NaN for an example; it gives the probability with which it is kept.")
            : answer;
    }

    // Bounded before the mixture too, so that an infinity does not meet a share of 0.
    private double Mixed(double uniform, double own)
    {
        var share = options.UniformShare;
        return Math.Clamp(share * uniform + (1 - share) * Math.Clamp(own, 0, 1), options.Floor, options.Ceiling);
    }
}
