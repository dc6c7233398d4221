using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Options;

/// <summary>Every rule of the library, with the terms that it has by choice.</summary>
internal static class OptimizerCases
{
    public static IReadOnlyList<(string Name, Func<OptimizerOptions> Create)> All { get; } =
    [
        ("sgd", () => new SgdOptions()),
        ("sgd, decay", () => new SgdOptions { WeightDecay = 0.01f }),
        ("momentum", () => new MomentumOptions()),
        ("momentum, nesterov", () => new MomentumOptions { Nesterov = true, WeightDecay = 0.01f }),
        ("adagrad", () => new AdagradOptions()),
        ("adagrad, decoupled", () => new AdagradOptions { Decoupled = true, WeightDecay = 0.01f }),
        ("adagrad, from nothing", () => new AdagradOptions { InitialAccumulator = 0, Epsilon = 1e-30f }),
        ("rmsprop", () => new RmsPropOptions()),
        ("rmsprop, accumulate", () => new RmsPropOptions { Accumulate = true, WeightDecay = 0.01f }),
        ("adadelta", () => new AdadeltaOptions()),
        ("adam", () => new AdamOptions()),
        ("adam, nesterov", () => new AdamOptions { Nesterov = true }),
        ("adam, amsgrad", () => new AdamOptions { AmsGrad = true }),
        ("adam, decoupled", () => new AdamOptions { Decoupled = true, WeightDecay = 0.01f }),
        ("adam, all", () => new AdamOptions { Decoupled = true, WeightDecay = 0.01f, AmsGrad = true, Nesterov = true }),
        ("ftrl", () => new FtrlOptions()),
        ("ftrl, l1 l2", () => new FtrlOptions { L1 = 0.01f, L2 = 0.01f }),
        ("row-wise adagrad", () => new RowWiseAdagradOptions()),
        ("group adagrad", () => new GroupAdagradOptions { L2 = 0.01f }),
        ("group ftrl", () => new GroupFtrlOptions { L1 = 0.01f, L2 = 0.01f }),
        ("moving average", () => new MovingAverageOptions()),
        ("delay compensation", () => new DelayCompensationOptions { Lambda = 0.5f, Inner = new AdagradOptions() }),
        ("clipped by value", () => new AdagradOptions { Clipping = new GradientClipping { Value = 10 } }),
        ("clipped by norm", () => new AdamOptions { Clipping = new GradientClipping { Norm = 1 } }),
        ("clipped by both", () => new GroupFtrlOptions { Clipping = new GradientClipping { Norm = 1e-30f, Value = 1e30f } }),
        ("warm-up", () => new SgdOptions { Schedule = new WarmUp { Steps = 3 } }),
        ("exponential decay", () => new AdamOptions { Schedule = new ExponentialDecay { Steps = 2, DecayRate = 0.5 } }),
    ];
}
