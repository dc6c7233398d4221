using Monolith.Embeddings.Optimizers;
using OptimizerRatios.Flat;

namespace OptimizerRatios;

/// <summary>An optimizer, and its arithmetic on flat rows.</summary>
/// <param name="Name">As in the results.</param>
/// <param name="Options">What the library makes it of.</param>
/// <param name="Rule">The flat side.</param>
/// <param name="IsOfWholeRows">Whether a weight's step depends on the other weights of its row.</param>
internal sealed record OptimizerCase(string Name, OptimizerOptions Options, FlatRule Rule, bool IsOfWholeRows = false)
{
    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("sgd", new SgdOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay }, FlatElements.Sgd),
        new("momentum", new MomentumOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay, Momentum = Hyper.Momentum },
            FlatElements.Momentum),
        new("adagrad", new AdagradOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay, Epsilon = Hyper.Epsilon },
            FlatElements.Adagrad),
        new("adadelta",
            new AdadeltaOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay, Decay = Hyper.Rho, Epsilon = Hyper.Epsilon },
            FlatAdadelta.Run),
        new("rmsprop",
            new RmsPropOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay, Decay = Hyper.Rho, Epsilon = Hyper.Epsilon },
            FlatElements.RmsProp),
        new("adam", Adam(amsGrad: false), FlatAdam.Run),
        new("amsgrad", Adam(amsGrad: true), FlatAmsGrad.Run),
        new("ftrl", new FtrlOptions { LearningRate = Hyper.Rate, Beta = Hyper.Beta, L1 = Hyper.L1, L2 = Hyper.L2 }, FlatFtrl.Run),
        new("moving_average", new MovingAverageOptions { Decay = Hyper.Average }, FlatElements.MovingAverage),
        new("row_wise_adagrad", new RowWiseAdagradOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay, Epsilon = Hyper.Epsilon },
            FlatRowWiseAdagrad.Run, true),
        new("group_adagrad",
            new GroupAdagradOptions { LearningRate = Hyper.Rate, WeightDecay = Hyper.Decay, Beta = Hyper.Beta, L2 = Hyper.L2 },
            FlatGroupAdagrad.Run, true),
        new("group_ftrl", new GroupFtrlOptions { LearningRate = Hyper.Rate, Beta = Hyper.Beta, L1 = Hyper.L1, L2 = Hyper.L2 },
            FlatGroupFtrl.Run, true),
    ];

    private static AdamOptions Adam(bool amsGrad) => new()
    {
        LearningRate = Hyper.Rate,
        WeightDecay = Hyper.Decay,
        Beta1 = Hyper.Beta1,
        Beta2 = Hyper.Beta2,
        Epsilon = Hyper.Epsilon,
        AmsGrad = amsGrad,
    };
}
