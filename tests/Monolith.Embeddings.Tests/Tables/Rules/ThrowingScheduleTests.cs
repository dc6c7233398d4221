using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>A user's schedule throws in the second segment: the first one must not have changed.</summary>
public class ThrowingScheduleTests : LeakChecked
{
    private const long BadStep = 5;

    private static readonly OptimizerOptions[] Optimizers =
        [new SgdOptions { Schedule = new BadSchedule() }, new HiddenOptions(),
            new DelayCompensationOptions { Inner = new HiddenOptions() }];

    [TestCaseSource(nameof(Optimizers))]
    public void Rows_are_whole(OptimizerOptions optimizer)
    {
        using var table = TestTable.Create(
            TestTable.Plain(1, 2, o => o.Segments.Add(new SegmentOptions { Name = "scheduled", Dimension = 2, Optimizer = optimizer })));
        table.ApplyGradients([1, 2], [1, 1, 1, 1, 1, 1, 1, 1], [], eventTime: At.Seconds(1), step: 1);
        var before = TestTable.Read(table, 1, 2);
        Assert.That(() => table.ApplyGradients([1, 2], [1, 1, 1, 1, 1, 1, 1, 1], [], eventTime: At.Seconds(9), step: BadStep),
            Throws.InstanceOf<BatchInterruptedException>());
        Assert.That(TestTable.Read(table, 1, 2), Is.EqualTo(before));
        Assert.That(table.Explain(1).LastUpdate?.InSeconds(), Is.EqualTo(1));
    }

    private sealed class BadSchedule : LearningRateSchedule
    {
        public override double Rate(long globalStep, double learningRate) =>
            globalStep == BadStep ? throw new InvalidOperationException("no rate") : learningRate;

        public override LearningRateSchedule Copy() => this;

        public override void CollectErrors(OptionErrors errors)
        {
        }
    }

    /// <summary>A rule of the library with a schedule that is not visible from outside.</summary>
    private sealed class HiddenOptions : OptimizerOptions
    {
        public override Optimizer Create() => new Sgd(new SgdOptions { Schedule = new BadSchedule() });
    }
}
