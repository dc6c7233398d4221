using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>Dense features that are derived, against the functions of the runtime.</summary>
public class DerivedDenseTests
{
    [Test]
    public void The_logarithm_of_one_and_a_number_is_that_of_the_runtime()
    {
        var random = new Random(1);
        for (var i = 0; i < 200_000; i++)
        {
            var value = (double)BitConverter.Int32BitsToSingle(random.Next(0x7F7FFFFF));
            // For small ones ln(1 + x) = x - x^2 / 2 + x^3 / 3, since 1 + x rounds.
            var expected = value < 1e-4 ? value * (1 - (value / 2) + (value * value / 3)) : Math.Log(1 + value);
            Assert.That(ExactMath.LogOnePlus(value), Is.EqualTo(expected).Within(1e-12 * expected), $"{value:R}");
        }
        Assert.That(ExactMath.LogOnePlus(0), Is.Zero);
    }

    [Test]
    public void Features_of_edges_are_those_that_are_promised()
    {
        var largest = (float)Math.Log(float.MaxValue);
        (float Value, float Log, float Missing)[] rows =
        [
            (float.NaN, 0, 1), (0, 0, 0), (-0f, 0, 0), (1, 0.6931472f, 0), (-1, -0.6931472f, 0), (float.Epsilon, float.Epsilon, 0),
            (-float.Epsilon, -float.Epsilon, 0), (float.MaxValue, largest, 0), (float.PositiveInfinity, largest, 0),
            (float.NegativeInfinity, -largest, 0), (1000, 6.908755f, 0),
        ];
        var f = new FeatureSchemaBuilder();
        f.Table("t", row => row.Vector(2, new AdagradOptions()));
        f.Slot("id", "t");
        f.Dense(2);
        var number = f.Number("number");
        f.SignedLog("log", number);
        f.IsMissing("missing", number);
        f.Normalized("normalized", number);
        var batch = new FeatureBatch(f.Build());
        foreach (var row in rows)
        {
            batch.BeginRow().Number(number, row.Value).Dense(1, 7);
            batch.EndRow();
        }
        var dense = new float[rows.Length * 5];
        new DerivedFeatures(batch.Schema).FillDense(batch, 0, dense);
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.That(dense[(row * 5)..(row * 5 + 2)], Is.EqualTo(new[] { 0f, 7 }));
            Assert.That(dense[row * 5 + 2], Is.EqualTo(rows[row].Log).Within(1).Ulps, $"{rows[row].Value:R}");
            Assert.That(dense[(row * 5 + 3)..(row * 5 + 5)], Is.EqualTo(new[] { rows[row].Missing, 0 }));
        }
        // Some rows alone.
        var some = new float[3 * 5];
        new DerivedFeatures(batch.Schema).FillDense(batch, 4, some);
        Assert.That(some, Is.EqualTo(dense[20..35]));
    }
}
