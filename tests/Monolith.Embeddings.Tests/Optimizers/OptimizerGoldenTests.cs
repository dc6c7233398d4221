using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>
/// The bits of five steps, computed in exact fractions by a program of another language: every rounding, and every fused one, stands where
/// it stood. A change of these bits changes how every saved model goes on.
/// </summary>
public class OptimizerGoldenTests
{
    private static readonly float[] Gradients = [0.3f, -1.7f, 0.01f, 2.5f, -0.2f];

    private static IEnumerable<TestCaseData> Golden =>
    [
        new(new Sgd(new SgdOptions { LearningRate = 0.1f, WeightDecay = 0.01f }), new[] { 0x3F1AF97Cu }),
        new(new Adagrad(new AdagradOptions { LearningRate = 0.1f, WeightDecay = 0.01f, Epsilon = 1e-3f }), new[] { 0x3F268F0Bu, 0x41163113u }),
        new(new Adam(new AdamOptions { LearningRate = 0.1f, WeightDecay = 0.01f }), new[] { 0x3F29BFF0u, 0x3DD5A2C0u, 0x3C17E7B3u, 0x40A00000u }),
        new(new Ftrl(new FtrlOptions { L1 = 0.4f, L2 = 0.3f, InitialAccumulator = 0.5f }), new[] { 0x3F2D0E3Du, 0x411C5255u, 0xC261878Au }),
    ];

    [TestCaseSource(nameof(Golden))]
    public void The_bits_are_golden(Optimizer optimizer, uint[] expected)
    {
        var row = new OptimizerSteps(optimizer, 0.7f);
        foreach (var gradient in Gradients) row.Step(gradient);
        Assert.That(Bits.Of([.. row.Weights, .. row.State]), Is.EqualTo(expected));
    }
}
