using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>Every optimizer of rows of any dimension, each of its variants, with and without a schedule where it may have one.</summary>
internal static class OptimizerCatalogue
{
    public static IEnumerable<OptimizerOptions> All =>
        [.. Variants(null), .. Variants(Schedule).Where(o => o is not FtrlOptions and not GroupFtrlOptions and not MovingAverageOptions)];

    public static IEnumerable<OptimizerOptions> Scheduled => All.Where(o => o.Schedule is not null);

    private static LearningRateSchedule Schedule =>
        new WarmUp { Steps = 7, Then = new PolynomialDecay { Steps = 20, EndRate = 0.001f, Power = 1.5 } };

    private static IEnumerable<OptimizerOptions> Variants(LearningRateSchedule? schedule) =>
    [
        new SgdOptions { WeightDecay = 0.1f, Schedule = schedule },
        new MomentumOptions { WeightDecay = 0.1f, Schedule = schedule },
        new MomentumOptions { WeightDecay = 0.1f, Nesterov = true, Schedule = schedule },
        new AdagradOptions { WeightDecay = 0.1f, Schedule = schedule },
        new AdagradOptions { WeightDecay = 0.1f, Decoupled = true, Schedule = schedule },
        new RmsPropOptions { WeightDecay = 0.1f, Schedule = schedule },
        new RmsPropOptions { WeightDecay = 0.1f, Accumulate = true, Schedule = schedule },
        new AdadeltaOptions { WeightDecay = 0.1f, Schedule = schedule },
        new AdamOptions { WeightDecay = 0.1f, Schedule = schedule },
        new AdamOptions { WeightDecay = 0.1f, Decoupled = true, Nesterov = true, Schedule = schedule },
        new AdamOptions { WeightDecay = 0.1f, AmsGrad = true, Schedule = schedule },
        new AdamOptions { WeightDecay = 0.1f, Decoupled = true, Nesterov = true, AmsGrad = true, Schedule = schedule },
        new AdamOptions { WeightDecay = 0.1f, Nesterov = true, MomentumDecay = 0.004f, Schedule = schedule },
        new AdamOptions { Nesterov = true, MomentumDecay = 1, AmsGrad = true, Schedule = schedule },
        new RowWiseAdagradOptions { WeightDecay = 0.1f, Schedule = schedule },
        new GroupAdagradOptions { WeightDecay = 0.1f, L2 = 0.1f, Schedule = schedule },
        new FtrlOptions { L1 = 0.01f, L2 = 0.02f },
        new GroupFtrlOptions { L1 = 0.1f, L2 = 0.02f },
        new MovingAverageOptions(),
    ];
}
