using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Eviction;

/// <summary>
/// Counts of occurrences that lose half their weight in each half-life. A count is as of its row's last update; each change brings it up to
/// date, so that it is the sum of 2^(-age / half-life) over all occurrences, except for the rounding of a float. The same bits on every
/// machine. Immutable.
/// </summary>
/// <param name="halfLife">At least one second.</param>
internal sealed class FrequencyDecay(TimeSpan halfLife)
{
    private const double Ln2 = 0.6931471805599453094;

    private readonly double _halfLives = 1 / halfLife.TotalSeconds;

    /// <summary>The count after more occurrences, as of the later of both times.</summary>
    /// <param name="frequency">The count so far.</param>
    /// <param name="lastUpdate">The time that it is as of, in seconds since the Unix epoch.</param>
    /// <param name="occurrences">How many more; 0 brings the count up to date.</param>
    /// <param name="eventTime">When, in seconds since the Unix epoch; may be before the last update.</param>
    public float Add(float frequency, uint lastUpdate, int occurrences, uint eventTime) => eventTime >= lastUpdate
        ? (float)(frequency * Weight(eventTime - lastUpdate) + occurrences)
        : (float)(frequency + occurrences * Weight(lastUpdate - eventTime));

    /// <summary>
    /// The order of counts at any one time, whichever it is: the logarithm to base 2 of what the count was worth at the Unix epoch, log2(f)
    /// + t / half-life.
    /// </summary>
    public double Rank(double frequency, uint lastUpdate) =>
        frequency > 0 ? ExactMath.Log(frequency) / Ln2 + lastUpdate * _halfLives : double.NegativeInfinity;

    private double Weight(uint age) => age == 0 ? 1 : ExactMath.Exp(-Ln2 * (age * _halfLives));
}
