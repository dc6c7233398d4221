using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

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
            plain.ApplyGradients(ids, gradients, [], At.Seconds(0));
            compensated.ApplyGradients(ids, gradients, [], At.Seconds(0));
            current.ApplyGradients(ids, gradients, [], At.Seconds(0), step: 0, weightsAtRead: TestTable.Read(current, ids));
        }
        Assert.That(Bits.Of(TestTable.Read(compensated, ids)), Is.EqualTo(Bits.Of(TestTable.Read(plain, ids))));
        Assert.That(Bits.Of(TestTable.Read(current, ids)), Is.EqualTo(Bits.Of(TestTable.Read(plain, ids))), "weights that have not moved");
    }

    [Test]
    public void A_repeated_id_is_compensated_for_its_own_earlier_gradient([Values(true, false)] bool byUser)
    {
        using var table = Table(Plain(0.5f, byUser ? new OwnSgdOptions() : new SgdOptions { LearningRate = 1 }));
        table.ApplyGradients([5, 5], [2, 2, 2, 2, 2, 2], [], At.Seconds(0), step: 0, weightsAtRead: new float[6]);
        // 0 - 2 = -2; then -2 - (2 + 4 (-2 - 0) / 2) = 0.
        Assert.That(TestTable.Read(table, 5), Is.All.Zero);
        Assert.That(() => table.ApplyGradients([5], [1, 1, 1], [], At.Seconds(0), step: 0, weightsAtRead: [1]),
            Throws.ArgumentException.With.Message.Contains("weightsAtRead"));
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
        using var layer = new OneIdLayer(Plain(0.5f));
        layer.LookupOrAdmit();
        layer.Weight = 2;
        layer.Apply(1);
        // 2 - (1 + 1 (2 - 0) / 2).
        Assert.That(layer.Weight, Is.Zero);
    }

    // What the model saw is rounded to 0.05; the weight that the gradient is taken at is the stored one, which others may have moved.
    // lambda = 1: w -= 1 + (w - 5).
    [Test]
    public void A_layer_hands_on_the_rows_as_stored_where_the_model_sees_quantized_ones(
        [Values(5f, 7f)] float moved, [Values(RowPrecision.Float32, RowPrecision.Float16)] RowPrecision precision)
    {
        using var layer = new OneIdLayer(Plain(1), segment =>
            (segment.FakeQuantization, segment.Precision) = (new RowCodecOptions { Format = RowFormat.OneBit }, precision));
        layer.Weight = 5;
        layer.LookupOrAdmit();
        Assert.That(layer.Input, Is.EqualTo(0.05f));
        layer.Weight = moved;
        layer.Apply(1);
        Assert.That(layer.Weight, Is.EqualTo(4f));
        // A lookup for a prediction reads weights as they are stored: nothing stale is handed on after it.
        layer.Lookup();
        Assert.That(layer.Input, Is.EqualTo(4f));
        layer.Apply(1);
        Assert.That(layer.Weight, Is.EqualTo(3f));
    }

    [Test]
    public void Options_that_cannot_be_used_are_listed() => Assert.That(
        OptionFailures.PathsOf(() =>
            new DelayCompensationOptions { Lambda = -1, LearningRate = 1, Inner = new AdagradOptions { LearningRate = -1 } }.Create()),
        Is.EqualTo(new[] { "LearningRate", "Lambda", "Inner.LearningRate" }));

    [Test]
    public void A_rule_that_reads_no_gradient_is_refused() => Assert.That(
        OptionFailures.PathsOf(() => new DelayCompensationOptions { Inner = new IdIntervalOptions() }.Create()),
        Is.EqualTo(new[] { "Inner" }));

    private static DelayCompensationOptions Plain(float lambda, OptimizerOptions? inner = null) =>
        new() { Lambda = lambda, Inner = inner ?? new SgdOptions { LearningRate = 1 } };

    private static EmbeddingTable Table(OptimizerOptions optimizer)
    {
        var options = new EmbeddingTableOptions { Name = "delayed" };
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = 3, Optimizer = optimizer });
        return TestTable.Create(options);
    }

    /// <summary>A layer over a batch of one id with one weight.</summary>
    private sealed class OneIdLayer : IDisposable
    {
        private const long Id = 5;

        private readonly EmbeddingTableSet _tables;
        private readonly EmbeddingLayer _layer;
        private readonly FeatureBatch _batch;
        private readonly FeatureBlocks _gradients;

        public OneIdLayer(OptimizerOptions optimizer, Action<SegmentOptions>? configure = null)
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("users", row => row.Bias(optimizer), table => configure?.Invoke(table.Segments[0]));
            var slot = builder.Slot("user", "users");
            var schema = builder.Build();
            _tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 24 });
            _batch = new FeatureBatch(schema);
            _batch.BeginRow().Id(slot, Id);
            _batch.EndRow();
            _layer = new EmbeddingLayer(_tables, schema);
            _gradients = new FeatureBlocks(schema.Layout);
            _gradients.Resize(1);
        }

        public float Weight
        {
            get => TestTable.Read(_tables.Tables[0], Id)[0];
            set => _tables.Tables[0].Assign([Id], [value], At.Seconds(0));
        }

        public float Input => _layer.Inputs.Block(_gradients.Layout.Segments[0])[0];

        public void Lookup() => _layer.Lookup(_batch);

        public void LookupOrAdmit() => _layer.LookupOrAdmit(_batch, At.Seconds(0), 0);

        public void Apply(float gradient)
        {
            _gradients.Block(_gradients.Layout.Segments[0])[0] = gradient;
            _layer.ApplyGradients(_gradients, At.Seconds(0), 0);
        }

        public void Dispose() => _tables.Dispose();
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
