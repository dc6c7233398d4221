using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Optimizers;

public class OptimizerOptionsTests
{
    private static IEnumerable<TestCaseData> Bad =>
    [
        new(new SgdOptions { LearningRate = 0, WeightDecay = -1 }, new[] { "LearningRate", "WeightDecay" }),
        new(new SgdOptions { LearningRate = float.NaN, WeightDecay = float.PositiveInfinity }, new[] { "LearningRate", "WeightDecay" }),
        new(new AdagradOptions { LearningRate = -1, InitialAccumulator = -1, Epsilon = float.NaN, WeightDecay = -1 },
            new[] { "LearningRate", "InitialAccumulator", "Epsilon", "WeightDecay" }),
        new(new AdagradOptions { InitialAccumulator = 0, Epsilon = 0 }, new[] { "InitialAccumulator" }),
        new(new AdamOptions { LearningRate = float.PositiveInfinity, Beta1 = 1, Beta2 = -0.1f, Epsilon = 0, WeightDecay = float.NaN },
            new[] { "LearningRate", "Beta1", "Beta2", "Epsilon", "WeightDecay" }),
        new(new AdamOptions { Beta1 = float.NaN, Beta2 = float.NaN }, new[] { "Beta1", "Beta2" }),
        new(new FtrlOptions { LearningRate = 0, Beta = -1, L1 = -1, L2 = float.NaN, InitialAccumulator = -2 },
            new[] { "LearningRate", "Beta", "L1", "L2", "InitialAccumulator" }),
        new(new MomentumOptions { LearningRate = 0, Momentum = 1, WeightDecay = -1 }, new[] { "LearningRate", "Momentum", "WeightDecay" }),
        new(new RmsPropOptions { LearningRate = 0, Decay = float.NaN, Epsilon = 0, WeightDecay = -1 },
            new[] { "LearningRate", "Decay", "Epsilon", "WeightDecay" }),
        new(new AdadeltaOptions { LearningRate = 0, Decay = -0.1f, Epsilon = 0, WeightDecay = -1 },
            new[] { "LearningRate", "Decay", "Epsilon", "WeightDecay" }),
        new(new MovingAverageOptions { Decay = 1, Schedule = new WarmUp() }, new[] { "Schedule", "Decay" }),
        new(new FtrlOptions { Schedule = new WarmUp { Steps = 0 }, L1 = -1 }, new[] { "Schedule.Steps", "Schedule", "L1" }),
        new(new FtrlOptions { Beta = 0, InitialAccumulator = 0 }, new[] { "Beta" }),
        new(new RowWiseAdagradOptions { LearningRate = 0, Epsilon = 0, WeightDecay = -1 },
            new[] { "LearningRate", "Epsilon", "WeightDecay" }),
        new(new RowWiseAdagradOptions { Epsilon = 1e-45f }, new[] { "Epsilon" }),
        new(new GroupAdagradOptions { InitialAccumulator = -1, Beta = -1, L2 = float.NaN, WeightDecay = -1 },
            new[] { "InitialAccumulator", "Beta", "L2", "WeightDecay" }),
        new(new GroupAdagradOptions { InitialAccumulator = 0 }, new[] { "InitialAccumulator" }),
        new(new GroupFtrlOptions { Beta = -1, L1 = -1, L2 = float.NaN, InitialAccumulator = -2 },
            new[] { "Beta", "L1", "L2", "InitialAccumulator" }),
        new(new GroupFtrlOptions { Beta = 0, Schedule = new CosineDecay { Steps = 1 } }, new[] { "Schedule", "Beta" }),
        new(new IdIntervalOptions { LearningRate = 1.5f }, new[] { "LearningRate" }),
    ];

    [TestCaseSource(nameof(Bad))]
    public void All_errors_are_listed(OptimizerOptions options, string[] names) =>
        Assert.That(OptionFailures.PathsOf(() => options.Create()), Is.EqualTo(names));

    [Test]
    public void The_defaults_are_valid_and_as_documented()
    {
        (OptimizerOptions Options, float Rate, string Name, int StateOfFive)[] all =
        [
            (new SgdOptions(), 0.01f, "sgd", 0), (new MomentumOptions(), 0.01f, "momentum", 5), (new AdagradOptions(), 0.01f, "adagrad", 5),
            (new RmsPropOptions(), 0.01f, "rmsprop", 5), (new AdadeltaOptions(), 1, "adadelta", 10),
            (new AdamOptions(), 0.001f, "adam", 11),
            (new AdamOptions { AmsGrad = true }, 0.001f, "amsgrad", 16), (new FtrlOptions(), 0.05f, "ftrl", 10),
            (new MovingAverageOptions(), 0.01f, "moving-average", 0),
        ];
        foreach (var (options, rate, name, state) in all)
        {
            OptionErrors.ThrowIfInvalid(options);
            var optimizer = options.Create();
            Assert.That((options.LearningRate, optimizer.Name, optimizer.StateLength(5)), Is.EqualTo((rate, name, state)));
        }
    }

    [Test]
    public void A_constant_schedule_is_no_schedule() =>
        Assert.That(() => new FtrlOptions { Schedule = new ConstantRate() }.Create(), Throws.Nothing);
}
