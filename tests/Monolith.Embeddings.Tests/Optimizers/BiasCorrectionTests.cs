using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

public class BiasCorrectionTests
{
    // Small ones settle at once, the default in the table, and the last two beyond it.
    private static readonly float[] Betas = [0, 0.5f, 0.9f, 0.999f, 0.9999f, 0.99999f];

    [TestCaseSource(nameof(Betas))]
    public void It_is_the_formula_in_the_table_and_beyond_it(float beta)
    {
        var correction = new BiasCorrection(beta);
        for (var t = 1L; t <= 1 << 24; t = t < 40_000 ? t + 1 : t * 5 / 4)
        {
            var expected = 1 / (1 - Math.Pow(beta, t));
            if (Math.Abs(correction.At(t) - expected) > 1e-7 * expected) Assert.Fail($"at {t}: {correction.At(t):R}, not {expected:R}");
        }
    }

    [TestCaseSource(nameof(Betas))]
    public void It_falls_to_1_and_stays_there(float beta)
    {
        var (correction, last) = (new BiasCorrection(beta), float.PositiveInfinity);
        for (var t = 1L; t <= 1 << 24; t = t < 40_000 ? t + 1 : t * 5 / 4)
        {
            var now = correction.At(t);
            if (!(now >= 1 && now <= last)) Assert.Fail($"at {t}: {now:R} after {last:R}");
            last = now;
        }
        Assert.That((last, correction.At(long.MaxValue)), Is.EqualTo((1f, 1f)));
    }
}
