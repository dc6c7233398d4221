using BeforeAfter.Contract;
using BeforeAfter.Workloads;
using Measuring;
using Programs.Tests;

namespace BeforeAfter.Tests;

[NonParallelizable]
public class WorkloadRoundTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void The_version_after_is_the_slow_one_in_every_round(int number)
    {
        var sides = new Sides<IDriver>(new FakeDriver(1, Answer: 5), new FakeDriver(1, Answer: 5), new FakeDriver(10, Answer: 5));
        using var round = new WorkloadRound(new FakeWorkload(), number, sides);
        Assert.That(round.WarmUp(), Is.True);
        var comparison = new Comparison(FakeWorkload.Verb);
        round.Measure(0, comparison);
        var report = new Report();
        using (new CapturedConsole()) comparison.Print(report);
        Assert.That(report.Values["fake"], Is.GreaterThan(4));
        Assert.That(report.Values["fake.noise"], Is.InRange(0.3, 3));
    }

    [Test]
    public void Answers_that_differ_are_told()
    {
        var sides = new Sides<IDriver>(new FakeDriver(1, Answer: 5), new FakeDriver(1, Answer: 5), new FakeDriver(1, Answer: 6));
        using var round = new WorkloadRound(new FakeWorkload(), 0, sides);
        Assert.That(round.WarmUp(), Is.False);
    }

    [Test]
    public void A_version_that_differs_from_itself_is_refused()
    {
        var sides = new Sides<IDriver>(new FakeDriver(1, Answer: 5), new FakeDriver(1, Answer: 6), new FakeDriver(1, Answer: 5));
        using var round = new WorkloadRound(new FakeWorkload(), 0, sides);
        Assert.That(round.WarmUp, Throws.InvalidOperationException.With.Message.Contains("fake"));
    }

    private sealed class FakeWorkload : Workload
    {
        private const double MillisecondsOfCost = 0.3;

        public static Verb Verb { get; } = new("fake", MostSlower: null, Items: 1, Quads: 4);

        public override IReadOnlyList<Verb> Verbs => [Verb];

        public override Func<IDriver, Work> Draw(int round) => driver =>
        {
            var fake = (FakeDriver)driver;
            return new Work(new MemoryStream(), [_ => Compute(fake.Cost * MillisecondsOfCost)], () => [fake.Answer]);
        };

        private static void Compute(double milliseconds)
        {
            for (var start = BatchTime.Now; (BatchTime.Now - start).Compared < milliseconds;) Thread.SpinWait(1);
        }
    }

    private sealed record FakeDriver(int Cost, float Answer) : IDriver
    {
        public ITableDriver CreateTable(TablePlan plan) => throw new NotSupportedException();

        public ITrainerDriver CreateTrainer(TrainerPlan plan) => throw new NotSupportedException();
    }
}
