using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers.Schedules;

public class LearningRateScheduleTests
{
    // Learning rate 0.5 throughout; by hand.
    private static IEnumerable<TestCaseData> ByHand =>
    [
        Case(new ConstantRate(), (0, 0.5), (1000, 0.5)),
        Case(new WarmUp { Steps = 4 }, (0, 0.125), (1, 0.25), (2, 0.375), (3, 0.5), (4, 0.5), (99, 0.5)),
        Case(new WarmUp { Steps = 1 }, (0, 0.5), (1, 0.5)),
        Case(new WarmUp { Steps = 2, Then = new PolynomialDecay { Steps = 4 } }, (0, 0.25), (1, 0.5), (2, 0.5), (3, 0.375), (4, 0.25),
            (6, 0), (7, 0)),
        Case(
            new PolynomialDecay { Steps = 4, EndRate = 0.125f }, (0, 0.5), (1, 0.40625), (2, 0.3125), (3, 0.21875), (4, 0.125), (5, 0.125)),
        Case(new PolynomialDecay { Steps = 4, Power = 2 }, (0, 0.5), (1, 0.28125), (2, 0.125), (3, 0.03125), (4, 0)),
        Case(new PolynomialDecay { Steps = 4, Power = 0.5 }, (0, 0.5), (3, 0.25), (4, 0)),
        // T is 4, then 8, then 12: what is left at 5 is 3/8, at 9 it is 3/12.
        Case(new PolynomialDecay { Steps = 4, Cycle = true }, (0, 0.5), (4, 0), (5, 0.1875), (6, 0.125), (8, 0), (9, 0.125), (12, 0)),
        Case(new ExponentialDecay { DecayRate = 0.25, Steps = 2 }, (0, 0.5), (1, 0.25), (2, 0.125), (3, 0.0625), (4, 0.03125)),
        Case(new ExponentialDecay { DecayRate = 0.25, Steps = 2, Staircase = true }, (0, 0.5), (1, 0.5), (2, 0.125),
            (3, 0.125), (4, 0.03125)),
        Case(new CosineDecay { Steps = 6 }, (0, 0.5), (1, 0.46650635094610965), (2, 0.375), (3, 0.25), (4, 0.125), (6, 0), (7, 0)),
        Case(new CosineDecay { Steps = 6, EndRate = 0.25f }, (0, 0.5), (2, 0.4375), (3, 0.375), (4, 0.3125), (6, 0.25),
            (long.MaxValue, 0.25)),
    ];

    private static IEnumerable<LearningRateSchedule> Falling =>
    [
        new PolynomialDecay { Steps = 3000, EndRate = 0.01f }, new PolynomialDecay { Steps = 3000, Power = 1.7 },
        new PolynomialDecay { Steps = 3000, Power = 0.3 },
        new ExponentialDecay { DecayRate = 0.9, Steps = 100 }, new ExponentialDecay { DecayRate = 0.9, Steps = 100, Staircase = true },
        new CosineDecay { Steps = 3000, EndRate = 0.01f },
    ];

    private static IEnumerable<TestCaseData> Bad =>
    [
        new(new WarmUp { Steps = 0, Then = null! }, new[] { "Schedule.Steps", "Schedule.Then" }),
        new(new WarmUp { Then = new CosineDecay { Steps = -1, EndRate = float.NaN } },
            new[] { "Schedule.Then.Steps", "Schedule.Then.EndRate" }),
        new(new PolynomialDecay { Steps = 0, EndRate = -1, Power = 0 }, new[] { "Schedule.Steps", "Schedule.EndRate", "Schedule.Power" }),
        new(new ExponentialDecay { Steps = 0, DecayRate = 1.01 }, new[] { "Schedule.DecayRate", "Schedule.Steps" }),
        new(new ExponentialDecay { DecayRate = 0 }, new[] { "Schedule.DecayRate" }),
    ];

    [TestCaseSource(nameof(ByHand))]
    public void Values_by_hand(LearningRateSchedule schedule, (long Step, double Rate)[] path)
    {
        var rate = Rate(schedule);
        foreach (var (step, expected) in path) Assert.That(rate.At(step), Is.EqualTo((float)expected), $"step {step}");
    }

    [TestCaseSource(nameof(Falling))]
    public void A_decay_never_rises_and_stays_between_its_ends(LearningRateSchedule schedule)
    {
        var (rate, last) = (Rate(schedule), 0.5f);
        for (var step = 0; step < 4000; step++)
        {
            var now = rate.At(step);
            Assert.That(now, Is.InRange(0f, last), $"step {step}");
            last = now;
        }
    }

    [Test]
    public void A_warm_up_rises_at_each_of_its_steps()
    {
        var (rate, last) = (Rate(new WarmUp { Steps = 500 }), 0f);
        for (var step = 0; step < 500; last = rate.At(step++)) Assert.That(rate.At(step), Is.GreaterThan(last), $"step {step}");
        Assert.That(last, Is.EqualTo(0.5f));
    }

    // Computed by a program of another language as well: the rates must be the same on every machine and with every set of instructions.
    [Test]
    public void The_bits_are_golden()
    {
        var sum = 0u;
        foreach (var schedule in Falling.Append(
            new WarmUp { Steps = 777, Then = new PolynomialDecay { Steps = 333, Cycle = true, Power = 1.3 } }))
        {
            var rate = Rate(schedule);
            for (var step = 0; step < 5000; step++) sum = unchecked(sum * 31 + BitConverter.SingleToUInt32Bits(rate.At(step)));
        }
        Assert.That(sum, Is.EqualTo(0x258D240F), $"{sum:X8}");
    }

    [Test]
    public void The_largest_steps_are_handled([Values(1, 7, long.MaxValue)] long steps)
    {
        LearningRateSchedule[] all =
        [
            new WarmUp { Steps = steps, Then = new CosineDecay { Steps = steps } }, new PolynomialDecay { Steps = steps, Cycle = true },
            new PolynomialDecay { Steps = steps }, new ExponentialDecay { Steps = steps }, new CosineDecay { Steps = steps },
        ];
        foreach (var schedule in all)
        {
            var rate = Rate(schedule);
            foreach (var step in new[] { long.MinValue, -1, 0, 1, long.MaxValue - 1, long.MaxValue })
                Assert.That(rate.At(step), Is.InRange(0f, 0.5f));
        }
    }

    [TestCaseSource(nameof(Bad))]
    public void All_errors_are_listed(LearningRateSchedule schedule, string[] names) =>
        Assert.That(OptionFailures.PathsOf(() => new SgdOptions { Schedule = schedule }.Create()), Is.EqualTo(names));

    [Test]
    public void Later_changes_reach_neither_the_schedule_nor_what_follows_it()
    {
        var then = new PolynomialDecay { Steps = 4 };
        var warmUp = new WarmUp { Steps = 2, Then = then };
        var rate = Rate(warmUp);
        (warmUp.Steps, then.Steps) = (100, 100);
        Assert.That((rate.At(0), rate.At(4)), Is.EqualTo((0.25f, 0.25f)));
    }

    private static LearningRate Rate(LearningRateSchedule schedule) => new(new SgdOptions { LearningRate = 0.5f, Schedule = schedule });

    private static TestCaseData Case(LearningRateSchedule schedule, params (long Step, double Rate)[] path) => new(schedule, path);
}
