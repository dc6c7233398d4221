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
        new(new FtrlOptions { Beta = 0, InitialAccumulator = 0 }, new[] { "Beta" }),
        new(new RowWiseAdagradOptions { LearningRate = 0, Epsilon = 0, WeightDecay = -1 }, new[] { "LearningRate", "Epsilon", "WeightDecay" }),
        new(new RowWiseAdagradOptions { Epsilon = 1e-45f }, new[] { "Epsilon" }),
        new(new GroupAdagradOptions { InitialAccumulator = -1, Beta = -1, L2 = float.NaN, WeightDecay = -1 }, new[] { "InitialAccumulator", "Beta", "L2", "WeightDecay" }),
        new(new GroupAdagradOptions { InitialAccumulator = 0 }, new[] { "InitialAccumulator" }),
        new(new GroupFtrlOptions { Beta = -1, L1 = -1, L2 = float.NaN, InitialAccumulator = -2 }, new[] { "Beta", "L1", "L2", "InitialAccumulator" }),
        new(new GroupFtrlOptions { Beta = 0, Schedule = new CosineDecay { Steps = 1 } }, new[] { "Schedule", "Beta" }),
        new(new IdIntervalOptions { LearningRate = 1.5f }, new[] { "LearningRate" }),
    ];

    [TestCaseSource(nameof(Bad))]
    public void All_errors_are_listed(OptimizerOptions options, string[] names) =>
        Assert.That(OptionFailures.PathsOf(() => options.Create()), Is.EqualTo(names));

    [Test]
    public void The_defaults_are_valid_and_as_documented()
    {
        OptimizerOptions[] all = [new SgdOptions(), new AdagradOptions(), new AdamOptions(), new FtrlOptions()];
        foreach (var options in all) OptionErrors.ThrowIfInvalid(options);
        Assert.That(all.Select(o => o.LearningRate), Is.EqualTo(new[] { 0.01f, 0.01f, 0.001f, 0.05f }));
        Assert.That(all.Select(o => o.Create().Name), Is.EqualTo(new[] { "sgd", "adagrad", "adam", "ftrl" }));
        Assert.That(all.Select(o => o.Create().StateLength(5)), Is.EqualTo(new[] { 0, 5, 11, 10 }));
    }
}
