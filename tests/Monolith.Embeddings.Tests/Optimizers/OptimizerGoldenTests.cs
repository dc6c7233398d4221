using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>
/// A sum over the bits of weight and state after each of 400 steps, computed in exact fractions by a program of another language, which
/// also showed that each fused multiply-add, torn apart, changes it. Another sum is another model: every saved one would go on differently.
/// </summary>
public class OptimizerGoldenTests
{
    private static IEnumerable<TestCaseData> Golden =>
    [
        new(new Sgd(new SgdOptions { LearningRate = 0.1f, WeightDecay = 0.3f }), 0xB1615BF6),
        new(new Adagrad(new AdagradOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Epsilon = 1e-3f }), 0xDA7616C4),
        new(new Adagrad(new AdagradOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Epsilon = 1e-3f, Decoupled = true }), 0xB1294B9C),
        new(new Momentum(new MomentumOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Momentum = 0.8f }), 0xD46B8A3F),
        new(new Momentum(new MomentumOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Momentum = 0.8f, Nesterov = true }), 0xF6BADFD0),
        new(new RmsProp(new RmsPropOptions { LearningRate = 0.1f, WeightDecay = 0.3f }), 0x75DAC87Cu),
        new(new RmsProp(new RmsPropOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Accumulate = true }), 0x7177F174u),
        new(new Adadelta(new AdadeltaOptions { WeightDecay = 0.3f }), 0x0EF8C6BEu),
        new(new Adam(new AdamOptions { LearningRate = 0.1f, WeightDecay = 0.3f }), 0x91E5F285),
        new(new Adam(new AdamOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Nesterov = true }), 0x9515E560),
        new(new Adam(new AdamOptions { LearningRate = 0.1f, WeightDecay = 0.3f, Decoupled = true }), 0x6B636DF5u),
        new(new Adam(new AdamOptions { LearningRate = 0.1f, WeightDecay = 0.3f, AmsGrad = true }), 0x49177C8Fu),
        new(new Adam(
            new AdamOptions { LearningRate = 0.1f, WeightDecay = 0.3f, AmsGrad = true, Nesterov = true, Decoupled = true }), 0xF40323AA),
        new(new MovingAverage(new MovingAverageOptions()), 0xF2F662E1),
        new(new Ftrl(new FtrlOptions { L1 = 0.4f, L2 = 0.3f, InitialAccumulator = 0.5f }), 0xC525472A),
    ];

    [TestCaseSource(nameof(Golden))]
    public void The_bits_are_golden(Optimizer optimizer, uint expected)
    {
        var (row, sum) = (new OptimizerSteps(optimizer, 0.7f), 0u);
        for (var step = 0UL; step < 400; step++)
        {
            // 24 bits, so that squares and products do not fit a float and are rounded.
            row.Step(((int)(KeyMixer.Draw(1, step) >> 40) - (1 << 23)) / (float)(1 << 22));
            foreach (var bits in Bits.Of([.. row.Weights, .. row.State])) sum = unchecked(sum * 31 + bits);
        }
        Assert.That(sum, Is.EqualTo(expected), $"{sum:X8}");
    }
}
