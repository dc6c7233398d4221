using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Optimizers;

public class DelayCompensationTests : LeakChecked
{
    // lambda = 1/2, lr = 1: w -= g + g^2 (w - r) / 2.
    [Test]
    public void Five_steps_by_hand()
    {
        var (rule, weights) = (Plain(0.5f).Build(), new[] { 3f });
        foreach (var (gradient, read, weight) in new[] { (2f, 1f, -3f), (2, -3, -5), (-1, -3, -3), (0, 7, -3), (4, -2.5f, -3) })
        {
            rule.Apply(weights, [], [gradient], new OptimizerContext(1, 0, 1, [read]));
            Assert.That(weights[0], Is.EqualTo(weight), $"gradient {gradient} at {read}");
        }
    }

    [Test]
    public void Equals_the_oracle_over_random_steps([Values(1, 8, 17, 130)] int dimension, [Values(0.1f, 1f)] float lambda)
    {
        var rule = new DelayCompensationOptions { Lambda = lambda, Inner = new AdagradOptions { LearningRate = 0.1f } }.Build();
        var random = new Random(dimension);
        float[] weights = new float[dimension], state = new float[dimension], gradient = new float[dimension], read = new float[dimension];
        double[] expected = new double[dimension], sums = new double[dimension];
        rule.InitializeState(weights, state);
        Array.Fill(sums, 0.1f);
        for (var step = 0; step < 10_000; step++)
        {
            for (var i = 0; i < dimension; i++)
            {
                (gradient[i], read[i]) = (2 * random.NextSingle() - 1, weights[i] + 0.2f * (random.NextSingle() - 0.5f));
                var compensated = gradient[i] + lambda * gradient[i] * gradient[i] * (expected[i] - read[i]);
                sums[i] += compensated * compensated;
                expected[i] -= 0.1f * compensated / Math.Sqrt(sums[i]);
            }
            rule.Apply(weights, state, gradient, new OptimizerContext(1, step, 1, read));
        }
        Assert.That(weights.Select((w, i) => Math.Abs(w - expected[i])), Is.All.LessThan(2e-5));
    }

    [Test]
    public void Without_the_weights_at_read_time_it_is_the_inner_rule()
    {
        using var plain = Table(new AdagradOptions());
        using var compensated = Table(new DelayCompensationOptions());
        using var current = Table(new DelayCompensationOptions());
        var ids = TestTable.Range(0, 50);
        for (var round = 0; round < 5; round++)
        {
            var gradients = TestTable.Values(50, 3, round);
            plain.ApplyGradients(ids, gradients, [], 0);
            compensated.ApplyGradients(ids, gradients, [], 0);
            current.ApplyGradients(ids, gradients, [], 0, weightsAtRead: TestTable.Read(current, ids));
        }
        Assert.That(Bits.Of(TestTable.Read(compensated, ids)), Is.EqualTo(Bits.Of(TestTable.Read(plain, ids))));
        Assert.That(Bits.Of(TestTable.Read(current, ids)), Is.EqualTo(Bits.Of(TestTable.Read(plain, ids))), "weights that have not moved");
    }

    [Test]
    public void A_repeated_id_is_compensated_for_its_own_earlier_gradient([Values(true, false)] bool byUser)
    {
        using var table = Table(Plain(0.5f, byUser ? new OwnSgdOptions() : new SgdOptions { LearningRate = 1 }));
        table.ApplyGradients([5, 5], [2, 2, 2, 2, 2, 2], [], 0, weightsAtRead: new float[6]);
        // 0 - 2 = -2; then -2 - (2 + 4 (-2 - 0) / 2) = 0.
        Assert.That(TestTable.Read(table, 5), Is.All.Zero);
        Assert.That(() => table.ApplyGradients([5], [1, 1, 1], [], 0, weightsAtRead: [1]), Throws.ArgumentException.With.Message.Contains("weightsAtRead"));
    }

    [Test]
    public void Clipping_cuts_the_compensated_gradient_in_either_place()
    {
        var outer = Plain(0.5f);
        outer.Clipping = new() { Value = 3 };
        var inner = Plain(0.5f, new SgdOptions { LearningRate = 1, Clipping = new() { Value = 3 } });
        foreach (var options in new[] { outer, inner })
        {
            foreach (var (gradient, expected) in new[] { (2f, 0f), (float.MaxValue, 0) })
            {
                float[] weights = [3];
                options.Build().Apply(weights, [], [gradient], new OptimizerContext(1, 0, 1, [1]));
                Assert.That(weights[0], Is.EqualTo(expected), $"gradient {gradient}");
            }
        }
    }

    [Test]
    public void A_layer_hands_on_the_rows_that_it_looked_up()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(Plain(0.5f)));
        var slot = builder.Slot("user", "users");
        var schema = builder.Build();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
        var batch = new FeatureBatch(schema);
        batch.BeginRow().Id(slot, 5);
        batch.EndRow();
        var layer = new EmbeddingLayer(tables, schema);
        layer.LookUpOrAdmit(batch, 0, 0);
        tables.Tables[0].Assign([5], [2], 0);
        var gradients = new FeatureBlocks(schema.Layout);
        gradients.Resize(1);
        gradients.Block(schema.Layout.Segments[0])[0] = 1;
        layer.ApplyGradients(gradients, 0, 0);
        // 2 - (1 + 1 (2 - 0) / 2).
        Assert.That(TestTable.Read(tables.Tables[0], 5), Is.EqualTo(new[] { 0f }));
    }

    [Test]
    public void Options_that_cannot_be_used_are_listed() => Assert.That(
        OptionFailures.PathsOf(() => new DelayCompensationOptions { Lambda = -1, LearningRate = 1, Inner = new AdagradOptions { LearningRate = -1 } }.Create()),
        Is.EqualTo(new[] { "LearningRate", "Lambda", "Inner.LearningRate" }));

    [Test]
    public void A_rule_that_reads_no_gradient_is_refused() => Assert.That(
        OptionFailures.PathsOf(() => new DelayCompensationOptions { Inner = new IdIntervalOptions() }.Create()), Is.EqualTo(new[] { "Inner" }));

    private static DelayCompensationOptions Plain(float lambda, OptimizerOptions? inner = null) =>
        new() { Lambda = lambda, Inner = inner ?? new SgdOptions { LearningRate = 1 } };

    private static EmbeddingTable Table(OptimizerOptions optimizer)
    {
        var options = new EmbeddingTableOptions { Name = "delayed" };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 3, Optimizer = optimizer });
        return TestTable.Create(options);
    }

    private sealed class OwnSgdOptions : OptimizerOptions
    {
        public override Optimizer Create() => new OwnSgd();
    }

    /// <summary>w -= g, by a user's rule, whose rows the table backs up.</summary>
    private sealed class OwnSgd : Optimizer
    {
        public override string Name => "own-sgd";

        public override int StateLength(int dimension) => 0;

        public override void InitializeState(ReadOnlySpan<float> weights, Span<float> state)
        {
        }

        public override void Apply(Span<float> weights, Span<float> state, ReadOnlySpan<float> gradient, in OptimizerContext context)
        {
            for (var i = 0; i < weights.Length; i++) weights[i] -= gradient[i];
        }
    }
}
