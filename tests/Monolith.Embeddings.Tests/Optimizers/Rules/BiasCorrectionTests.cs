using Monolith.Embeddings.Optimizers.Rules;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

public class BiasCorrectionTests
{
    // Small ones settle at once, the default in the table, and the last two beyond it.
    private static readonly float[] Betas = [0, 0.5f, 0.9f, 0.999f, 0.9999f, 0.99999f];

    [TestCaseSource(nameof(Betas))]
    public void It_is_the_formula_in_the_table_and_beyond_it(float beta)
    {
        var (ofMeans, ofSquares) = (new BiasCorrection(beta, isOfSquares: false), new BiasCorrection(beta, isOfSquares: true));
        foreach (var t in Counts())
        {
            var sum = 1 - Math.Pow(beta, t);
            AssertClose(ofMeans.At(t), 1 / sum, t);
            AssertClose(ofSquares.At(t), Math.Sqrt(sum), t);
        }
    }

    [TestCaseSource(nameof(Betas))]
    public void It_goes_to_1_and_stays_there(float beta)
    {
        var (ofMeans, ofSquares) = (new BiasCorrection(beta, isOfSquares: false), new BiasCorrection(beta, isOfSquares: true));
        var (lastOfMeans, lastOfSquares) = (float.PositiveInfinity, 0f);
        foreach (var t in Counts())
        {
            var (mean, square) = (ofMeans.At(t), ofSquares.At(t));
            if (!(mean >= 1 && mean <= lastOfMeans && square <= 1 && square >= lastOfSquares))
                Assert.Fail($"at {t}: {mean:R} and {square:R}");
            (lastOfMeans, lastOfSquares) = (mean, square);
        }
        Assert.That((lastOfMeans, lastOfSquares, ofMeans.At(int.MaxValue), ofSquares.At(int.MaxValue)), Is.EqualTo((1f, 1f, 1f, 1f)));
    }

    /// <summary>Every step at first, then ever fewer.</summary>
    private static IEnumerable<int> Counts()
    {
        for (var t = 1; t <= 1 << 24; t = t < 40_000 ? t + 1 : t / 4 * 5) yield return t;
    }

    private static void AssertClose(float actual, double expected, int t)
    {
        if (!(Math.Abs(actual - expected) <= 1e-7 * expected)) Assert.Fail($"at {t}: {actual:R}, not {expected:R}");
    }
}
