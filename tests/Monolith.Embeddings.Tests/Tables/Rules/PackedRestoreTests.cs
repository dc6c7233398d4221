using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tests.Optimizers;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>
/// A row of 16 bits that is saved as floats and restored goes on as if it had not been: stored numbers are what rounding them to the
/// nearest gives.
/// </summary>
public class PackedRestoreTests
{
    private const int Steps = 40;

    private static IEnumerable<OptimizerOptions> Optimizers =>
    [
        .. OptimizerCatalogue.All,
        new IdIntervalOptions(),
        new AdamOptions { Clipping = new GradientClipping { Norm = 0.5f } },
        new DelayCompensationOptions { Inner = new AdagradOptions() },
    ];

    [Test]
    public void A_row_saved_and_restored_in_the_middle_goes_on_with_the_same_bits(
        [ValueSource(nameof(Optimizers))] OptimizerOptions optimizer,
        [Values(RowPrecision.Float16, RowPrecision.BFloat16)] RowPrecision precision)
    {
        var dimension = optimizer is IdIntervalOptions ? 1 : 19;
        var (throughout, restored) = (Born(optimizer, dimension, precision), Born(optimizer, dimension, precision));
        var (random, bytes) = (new Random(5), new HashSet<string>());
        for (var step = 0; step < Steps; step++)
        {
            if (step % 10 == 9) restored = Born(optimizer, dimension, precision).Restore(restored.Save());
            float[] gradient = [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() - 0.4f)];
            throughout.Step(gradient, step);
            restored.Step(gradient, step);
            Assert.That(restored.Bytes, Is.EqualTo(throughout.Bytes), $"step {step}");
            bytes.Add(Convert.ToHexString(restored.Bytes));
        }
        Assert.That(bytes, Has.Count.GreaterThan(Steps / 2), "it learned");
    }

    // New rules and a new optimizer, as in another process.
    private static PackedRow Born(OptimizerOptions optimizer, int dimension, RowPrecision precision)
    {
        var options = new EmbeddingTableOptions { Name = "packed" };
        options.Segments.Add(new SegmentOptions
        {
            Name = "vector",
            Dimension = dimension,
            Optimizer = optimizer,
            Initializer = new UniformInitializerOptions(),
            Precision = precision,
            StatePrecision = RowPrecision.BFloat16,
        });
        return new PackedRow(new TableRules(options, seed: 1));
    }
}
