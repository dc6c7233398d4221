using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models;

public sealed class DelayModelLossTests
{
    [Test]
    public void Each_row_is_the_loss_of_its_own_numbers_in_the_unit_of_the_task([Values(1, 3600)] int unitSeconds)
    {
        var random = new Random(unitSeconds);
        float[] Draw(Func<float> next) => [.. Enumerable.Range(0, 200).Select(_ => next())];
        var (logits, rates) = (Draw(() => random.NextSingle() * 8 - 6), Draw(() => random.NextSingle() * 4 - 2));
        var (labels, delays) = (Draw(() => random.Next(3) / 2f), Draw(() => random.NextSingle() * 5 * unitSeconds));
        var (losses, byLogit, byRate) = (new float[200], new float[200], new float[200]);
        var examples = new DelayModelExamples
        {
            Logits = logits,
            LogRates = rates,
            Labels = labels,
            Delays = delays,
            Unit = TimeSpan.FromSeconds(unitSeconds),
        };
        Assert.That(DelayModelLoss.Compute(in examples, losses, byLogit, byRate), Is.EqualTo(200));
        for (var row = 0; row < 200; row++)
        {
            var expected = DelayedLabel.Of(logits[row], rates[row], labels[row], (double)delays[row] / unitSeconds);
            Assert.That(losses[row], Is.EqualTo(expected.Loss).Within(1e-6 * (1 + expected.Loss)));
            Assert.That(byLogit[row], Is.EqualTo(expected.ByLogit).Within(1e-6));
            Assert.That(byRate[row], Is.EqualTo(expected.ByRate).Within(1e-6 * (1 + Math.Abs(expected.ByRate))));
        }
    }

    [Test]
    public void Rows_without_a_label_or_with_absurd_numbers_are_left_out_alone()
    {
        const float Bad = float.NaN;
        float[] logits = [0, 0, Bad, 2e6f, 0, 0, 0, 0], rates = [0, 0, 0, 0, float.PositiveInfinity, 60, 0, 0];
        float[] labels = [Bad, 0, 0, 0, 1, 1, 1, 0], delays = [1, Bad, 1, 1, 1, 1, -7, -7];
        var (losses, byLogit, byRate) = (new float[8], new float[8], new float[8]);
        var examples = new DelayModelExamples
        {
            Logits = logits,
            LogRates = rates,
            Labels = labels,
            Delays = delays,
            Unit = TimeSpan.FromSeconds(1),
        };
        Assert.That(DelayModelLoss.Compute(in examples, losses, byLogit, byRate), Is.EqualTo(2));
        Assert.That(losses.Take(6), Is.All.NaN);
        Assert.That(byLogit.Take(6).Concat(byRate.Take(6)), Is.All.Zero);
        // An action before its impression has waited for nothing.
        Assert.That((losses[6], byLogit[6], byRate[6]), Is.EqualTo(((float)Math.Log(2), -0.5f, -1f)));
        Assert.That((losses[7], byLogit[7], byRate[7]), Is.EqualTo((0f, 0f, 0f)));
    }

    [Test]
    public void Lengths_that_differ_are_refused_with_the_numbers_and_nothing_is_written()
    {
        var (losses, other) = (new float[] { 7, 7 }, new float[3]);
        Assert.That(() => Compute(other, losses, TimeSpan.FromSeconds(1)), Throws.ArgumentException
            .With.Message.Contains("that of 2 logits; there are 2 rates, 2 labels, 3 delays, and room for 2 losses, 2 and 2 gradients"));
        Assert.That(() => Compute(new float[2], losses, TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.Contains("greater than 0"));
        Assert.That(losses, Is.All.EqualTo(7));
    }

    private static void Compute(float[] delays, float[] losses, TimeSpan unit)
    {
        var examples = new DelayModelExamples
        {
            Logits = new float[2],
            LogRates = new float[2],
            Labels = new float[2],
            Delays = delays,
            Unit = unit,
        };
        DelayModelLoss.Compute(in examples, losses, new float[2], new float[2]);
    }
}
