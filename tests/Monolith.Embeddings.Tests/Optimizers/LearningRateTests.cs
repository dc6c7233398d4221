using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

public class LearningRateTests
{
    private const long NoHalfWord = 1L << 32;

    [Test]
    public void Without_a_schedule_it_is_the_options_rate()
    {
        Assert.That(new LearningRate(new SgdOptions { LearningRate = 0.3f }).At(7), Is.EqualTo(0.3f));
        Assert.That(new LearningRate(new SgdOptions { LearningRate = 0.3f, Schedule = new ConstantRate() }).At(7), Is.EqualTo(0.3f));
    }

    [Test]
    public void A_schedule_is_evaluated_once_a_step()
    {
        var calls = new List<long>();
        var rate = new LearningRate(new SgdOptions { LearningRate = 2, Schedule = new Recorded { Calls = calls } });
        foreach (var step in new long[] { 0, 0, 1, 1, 1, 5, 4, 4, uint.MaxValue, uint.MaxValue })
            Assert.That(rate.At(step), Is.EqualTo((float)(2.0 / (1 + step))));
        Assert.That(calls, Is.EqualTo(new long[] { 0, 1, 5, 4, uint.MaxValue }));
    }

    // The lower halves of these steps are 0 and 1.
    [Test]
    public void Steps_of_more_than_32_bits_are_not_taken_for_others()
    {
        var rate = new LearningRate(new SgdOptions { LearningRate = 2, Schedule = new Recorded() });
        foreach (var step in new[] { NoHalfWord, 0, NoHalfWord + 1, 1, NoHalfWord, NoHalfWord + 1, long.MaxValue })
            Assert.That(rate.At(step), Is.EqualTo((float)(2.0 / (1.0 + step))), $"step {step}");
    }

    [Test]
    public void Threads_at_different_steps_each_get_their_own()
    {
        var rate = new LearningRate(new SgdOptions { LearningRate = 1, Schedule = new Recorded() });
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var step = (i + thread) % 7;
                if (rate.At(step) != (float)(1.0 / (1 + step))) Assert.Fail($"step {step} got another step's rate");
            }
        });
    }

    [Test]
    public void Later_changes_to_the_schedule_do_not_reach_it()
    {
        var schedule = new Recorded();
        var rate = new LearningRate(new SgdOptions { LearningRate = 1, Schedule = schedule });
        schedule.Factor = 100;
        Assert.That(rate.At(1), Is.EqualTo(0.5f));
    }

    [TestCase(-1.0)]
    [TestCase(double.NaN)]
    [TestCase(1e39)]
    public void A_rate_that_cannot_be_used_is_refused_with_the_numbers(double factor)
    {
        var options = new SgdOptions { LearningRate = 1, Schedule = new Recorded { Factor = factor } };
        Assert.That(() => new LearningRate(options), Throws.InvalidOperationException.With.Message.Contains("step 0")
            .And.Message.Contains("Recorded"));
    }

    private sealed class Recorded : LearningRateSchedule
    {
        public List<long>? Calls { get; set; }

        public double Factor { get; set; } = 1;

        public override double Rate(long globalStep, double learningRate)
        {
            Calls?.Add(globalStep);
            return Factor * learningRate / (1.0 + globalStep);
        }
    }
}
