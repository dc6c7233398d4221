using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>Rows that a caller keeps one after the other become what they become one by one, to the bit.</summary>
public class OptimizerRowsTests
{
    private const int Count = 21, Steps = 3;

    private static readonly int[] Dimensions = [.. Enumerable.Range(1, 40), 64, 128, 130];

    private static readonly OptimizerOptions[] Optimizers =
        [.. OptimizerCatalogue.All, new ContextRateOptions(), new GroupAdagradOptions { L2 = 3 }, new GroupAdagradOptions { L2 = 0 },
        new AdamOptions { Beta2 = 0.99999f }, new AdamOptions { Beta1 = 0.9999f, AmsGrad = true, Nesterov = true },
        new DelayCompensationOptions { Lambda = 10 }, new FtrlOptions { Clipping = new() { Norm = 0.5f, Value = 0.3f } }];

    [TestCaseSource(nameof(Optimizers))]
    public void Rows_together_equal_rows_one_by_one(OptimizerOptions options)
    {
        var (optimizer, random) = (options.Build(), new Random(4));
        foreach (var dimension in Dimensions)
        {
            var (weights, state) = Born(optimizer, dimension, random);
            float[] expected = [.. weights], expectedState = [.. state];
            for (var step = 0; step < Steps; step++)
            {
                var gradients = RandomFloats.Draw(random, weights.Length);
                long[] ids = step == 0 ? [] : [.. Enumerable.Range(0, Count).Select(_ => random.NextInt64(9))];
                int[] counts = step < 2 ? [] : [.. Enumerable.Range(0, Count).Select(_ => random.Next(1, 4))];
                optimizer.ApplyRows(dimension, weights, state, gradients, new BlockContext(step, ids, counts));
                OneByOne(optimizer, dimension, expected, expectedState, gradients, step, ids, counts);
            }
            Assert.That(Bits.Of(weights), Is.EqualTo(Bits.Of(expected)), $"weights, dimension {dimension}");
            Assert.That(Bits.Of(state), Is.EqualTo(Bits.Of(expectedState)), $"state, dimension {dimension}");
        }
    }

    [Test]
    public void No_rows_are_nothing() =>
        Assert.That(() => new AdagradOptions().Build().ApplyRows(3, [], [], [], new BlockContext(0)), Throws.Nothing);

    [TestCase(7, 6, 6, 0, 0, "7")]
    [TestCase(6, 5, 6, 0, 0, "5")]
    [TestCase(6, 6, 9, 0, 0, "9")]
    [TestCase(6, 6, 6, 3, 0, "3")]
    [TestCase(6, 6, 6, 0, 1, "1")]
    public void Lengths_that_do_not_belong_together_are_refused_with_their_numbers(
        int weights, int state, int gradients, int ids, int counts, string number)
    {
        var (w, s, g) = (RandomFloats.Draw(new Random(1), weights), new float[state], RandomFloats.Draw(new Random(2), gradients));
        float[] before = [.. w];
        Assert.That(
            () => new AdagradOptions().Build().ApplyRows(3, w, s, g, new BlockContext(0, new long[ids], new int[counts])),
            Throws.ArgumentException.With.Message.Contains(number));
        Assert.That(w, Is.EqualTo(before));
    }

    [Test]
    public void A_dimension_below_one_is_refused() => Assert.That(
        () => new SgdOptions().Build().ApplyRows(0, [], [], [], new BlockContext(0)), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static (float[] Weights, float[] State) Born(Optimizer optimizer, int dimension, Random random)
    {
        var (weights, length) = (RandomFloats.Draw(random, Count * dimension), optimizer.StateLength(dimension));
        var state = new float[Count * length];
        for (var row = 0; row < Count; row++)
            optimizer.InitializeState(weights.AsSpan(row * dimension, dimension), state.AsSpan(row * length, length));
        return (weights, state);
    }

    private static void OneByOne(
        Optimizer optimizer, int dimension, float[] weights, float[] state, float[] gradients, long step, long[] ids, int[] counts)
    {
        var length = optimizer.StateLength(dimension);
        for (var row = 0; row < Count; row++)
        {
            var context = new OptimizerContext(ids.Length == 0 ? 0 : ids[row], step, counts.Length == 0 ? 1 : counts[row]);
            optimizer.Apply(
                weights.AsSpan(row * dimension, dimension), state.AsSpan(row * length, length),
                gradients.AsSpan(row * dimension, dimension), in context);
        }
    }
}
