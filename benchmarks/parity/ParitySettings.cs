using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;

namespace Parity;

/// <summary>
/// The numbers of the run, which the other implementation reads from a file. None is one that makes a term vanish: a rule that forgot
/// its weight decay, say, would show.
/// </summary>
internal sealed record ParitySettings
{
    public int Events { get; init; }

    /// <summary>Does not divide 20,000: the last batch is a short one.</summary>
    public int BatchSize { get; init; } = 128;

    public int Dimension { get; init; } = 16;

    public IReadOnlyList<int> Hidden { get; init; } = [64, 32];

    public ulong Seed { get; init; } = 7;

    /// <summary>Whether examples have weights and logit offsets.</summary>
    public bool IsSampled { get; init; }

    public float InitialBias { get; init; } = 0.25f;

    // The biases of the ids, under FTRL.
    public float BiasRange { get; init; } = 0.05f;

    public float BiasRate { get; init; } = 0.1f;

    public float BiasBeta { get; init; } = 1;

    public float BiasL1 { get; init; } = 0.1f;

    public float BiasL2 { get; init; } = 0.5f;

    public float BiasAccumulator { get; init; } = 0.1f;

    // The vectors of the ids, under Adagrad.
    public float VectorRange { get; init; } = 0.05f;

    public float VectorRate { get; init; } = 0.05f;

    public float VectorDecay { get; init; } = 0.01f;

    public float VectorAccumulator { get; init; } = 0.1f;

    // The dense weights, under Adagrad or Adam.
    public string DenseRule { get; init; } = "adagrad";

    public float DenseRate { get; init; } = 0.02f;

    public float DenseDecay { get; init; } = 0.01f;

    public float DenseAccumulator { get; init; } = 0.1f;

    public float AdamBeta1 { get; init; } = 0.9f;

    public float AdamBeta2 { get; init; } = 0.99f;

    public float AdamEpsilon { get; init; } = 1e-6f;

    public ParitySettings WithAdam() => this with { DenseRule = "adam", DenseRate = 0.002f };

    public InitializerOptions BiasInitializer() => Even(BiasRange);

    public InitializerOptions VectorInitializer() => Even(VectorRange);

    public OptimizerOptions BiasOptimizer() =>
        new FtrlOptions { LearningRate = BiasRate, Beta = BiasBeta, L1 = BiasL1, L2 = BiasL2, InitialAccumulator = BiasAccumulator };

    public OptimizerOptions VectorOptimizer() =>
        new AdagradOptions { LearningRate = VectorRate, WeightDecay = VectorDecay, InitialAccumulator = VectorAccumulator };

    public OptimizerOptions DenseOptimizer() => DenseRule == "adam"
        ? new AdamOptions
        {
            LearningRate = DenseRate,
            WeightDecay = DenseDecay,
            Beta1 = AdamBeta1,
            Beta2 = AdamBeta2,
            Epsilon = AdamEpsilon,
        }
        : new AdagradOptions { LearningRate = DenseRate, WeightDecay = DenseDecay, InitialAccumulator = DenseAccumulator };

    private static UniformInitializerOptions Even(float range) => new() { Minimum = -range, Maximum = range };
}
