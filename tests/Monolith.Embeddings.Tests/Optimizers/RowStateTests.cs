using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>
/// Weights and state are all that a row is: training that goes on from their copy, by an optimizer of the same options, gets the same bits.
/// </summary>
public class RowStateTests
{
    private static readonly OptimizerOptions[] All =
    [
        new RowWiseAdagradOptions { WeightDecay = 0.01f }, new GroupAdagradOptions { L2 = 0.01f },
        new GroupFtrlOptions { L1 = 0.01f, L2 = 0.1f },
        new DelayCompensationOptions { Inner = new AdamOptions() }, new AdagradOptions { Clipping = new() { Norm = 1, Value = 0.5f } },
        new IdIntervalOptions(),
    ];

    [TestCaseSource(nameof(All))]
    public void A_row_that_is_restored_in_the_middle_goes_on_with_the_same_bits(OptimizerOptions options)
    {
        var dimension = options is IdIntervalOptions ? 1 : 19;
        var random = new Random(1);
        float[] start = [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.5f)];
        var row = new OptimizerSteps(options.Build(), start);
        for (var i = 0; i < 50; i++) row.Step(Gradient());
        float[] weights = [.. row.Weights], state = [.. row.State];
        var restored = options.Build();
        for (var i = 50; i < 100; i++)
        {
            var gradient = Gradient();
            row.Step(gradient);
            restored.Apply(weights, state, gradient, new OptimizerContext(1, i, 1));
            Assert.That(Bits.Of(weights), Is.EqualTo(Bits.Of(row.Weights)), $"weights, step {i}");
            Assert.That(Bits.Of(state), Is.EqualTo(Bits.Of(row.State)), $"state, step {i}");
        }

        float[] Gradient() => [.. Enumerable.Range(0, dimension).Select(_ => 2 * random.NextSingle() - 1)];
    }
}
