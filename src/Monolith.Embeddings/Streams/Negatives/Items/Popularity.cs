using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Streams.Negatives.Items;

/// <summary>
/// By what weight items are drawn: the power of their counts. Where counts fade, a positive counts 2^(time - landmark, in half-lives):
/// what is drawn depends on ratios alone, so that no count changes while time goes by; all are divided once the numbers get large.
/// </summary>
/// <param name="power">0 to 1.</param>
/// <param name="halfLife">In milliseconds; 0 where counts do not fade.</param>
internal sealed class Popularity(double power, double halfLife)
{
    private const double MostHalfLives = 256;

    // So that what has faded is still a normal number.
    private const double Least = 1e-77;
    private static readonly double LogOf2 = ExactMath.Log(2);

    /// <summary>Whether all items are drawn with the same probability.</summary>
    public bool IsUniform => power == 0;

    /// <summary>Whether the landmark must be moved to a time before a positive of that time counts.</summary>
    public bool MustMove(long landmark, long time) =>
        halfLife > 0 && (landmark == long.MinValue || HalfLivesFrom(landmark, time) > MostHalfLives);

    /// <summary>What a positive counts.</summary>
    public double CountOf(long landmark, long time) =>
        halfLife > 0 ? PowerOf2(Math.Max(-MostHalfLives, HalfLivesFrom(landmark, time))) : 1;

    /// <summary>What is left of a count when the landmark moves.</summary>
    public double Moved(double count, long from, long to) => Math.Max(Least, count * PowerOf2(-HalfLivesFrom(from, to)));

    /// <summary>The sums of an item of a count.</summary>
    public WeightSums SumsOf(double count)
    {
        var weight = power == 1 ? count : ExactMath.Power(count, power);
        return new WeightSums(weight, count, count * weight);
    }

    private static double PowerOf2(double exponent) => ExactMath.Exp(exponent * LogOf2);

    private double HalfLivesFrom(long landmark, long time) => ((double)time - landmark) / halfLife;
}
