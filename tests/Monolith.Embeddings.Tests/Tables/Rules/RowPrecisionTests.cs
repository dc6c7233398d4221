using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Kernels.Halves;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Kernels.Halves;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Capacity;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>Tables whose rows are stored in 16 bits.</summary>
public class RowPrecisionTests : LeakChecked
{
    [Test]
    public void A_table_of_mixed_precision_holds_what_was_assigned_rounded_to_the_nearest()
    {
        // Enough rows that the table grows and rows move; three segments, one of them of odd dimension.
        using var table = TestTable.Create(Mixed());
        var ids = TestTable.Range(-3000, 6000);
        var values = TestTable.Values(ids.Length, table.Dimension, 4);
        Assert.That(table.Assign(ids, values, At.Seconds(5)), Is.EqualTo(ids.Length));
        Assert.That(table.AssignAdd(ids, values, At.Seconds(6)), Is.EqualTo(ids.Length));
        var removed = ids.Where(id => id % 3 == 0).ToHashSet();
        table.Remove([.. removed]);
        var expected = ids.Select(
            (id, i) => (id, Row: Enumerable.Range(0, table.Dimension).Select(j => Twice(values[i * table.Dimension + j], j)).ToArray()))
            .Where(row => !removed.Contains(row.id)).ToDictionary(row => row.id, row => row.Row);
        var output = new float[table.Dimension];
        foreach (var (id, row) in expected)
        {
            Assert.That(table.LookupOrAdmit([id], [], output, At.Seconds(7)), Is.EqualTo(1));
            Assert.That(Bits.Of(output), Is.EqualTo(Bits.Of(row)), $"id {id}");
        }
        var met = new HashSet<long>();
        foreach (var chunk in table.EnumerateRows())
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                Assert.That(met.Add(chunk.Ids[i]), Is.True);
                Assert.That(
                    Bits.Of(chunk.Weights.Slice(i * table.Dimension, table.Dimension)), Is.EqualTo(Bits.Of(expected[chunk.Ids[i]])));
            }
        }
        Assert.That((met.Count, (long)met.Count), Is.EqualTo((expected.Count, table.Count)));
    }

    [Test]
    public void New_rows_are_rounded_to_the_nearest()
    {
        var plain = TestTable.Plain(dimension: 7, configure: o => o.Segments[0].Initializer = new UniformInitializerOptions());
        using var exact = TestTable.Create(plain);
        plain.Segments[0].Precision = RowPrecision.BFloat16;
        using var table = TestTable.Create(plain);
        var (output, rounded) = (new float[7], new float[7]);
        for (var id = 0; id < 100; id++)
        {
            exact.LookupOrAdmit([id], [], output, At.Seconds(1));
            table.LookupOrAdmit([id], [], rounded, At.Seconds(1));
            Assert.That(rounded, Is.EqualTo(
                output.Select(value => (float)HalfOracle.Value<BFloat16Format>(HalfOracle.Nearest<BFloat16Format>(value)))));
        }
    }

    [Test]
    public void A_step_is_calculated_in_full_precision_and_rounded_to_a_neighbour()
    {
        // Adagrad's state is exact, so that each step can be reckoned from the weight before it.
        using var table = TestTable.Create(TestTable.Plain(dimension: 9, configure: o =>
            (o.Segments[0].Optimizer, o.Segments[0].Precision) = (new AdagradOptions { LearningRate = 0.5f }, RowPrecision.Float16)));
        var random = new Random(2);
        var (before, state, ups) = (TestTable.Read(table, 1), Enumerable.Repeat(0.1f, 9).ToArray(), 0);
        for (var step = 0; step < 200; step++)
        {
            var gradient = RandomFloats.Draw(random, 9).Select(value => value % 1).ToArray();
            table.ApplyGradients([1], gradient, [], At.Seconds(1), step);
            var after = TestTable.Read(table, 1);
            for (var i = 0; i < 9; i++)
            {
                state[i] = MathF.FusedMultiplyAdd(gradient[i], gradient[i], state[i]);
                var exact = before[i] - 0.5f * gradient[i] / MathF.Sqrt(state[i]);
                var below = HalfOracle.TowardZero<Float16Format>(exact);
                var neighbours =
                    new[] { (float)HalfOracle.Value<Float16Format>(below), (float)HalfOracle.ValueAbove<Float16Format>(below) };
                Assert.That(neighbours, Does.Contain(after[i]), $"step {step}, {exact:R}");
                if (after[i] == neighbours[1]) ups++;
            }
            before = after;
        }
        Assert.That(ups, Is.InRange(300, 1500), "rounded up");
        Assert.That(table.Explain(1).Segments[0].StateNorm, Is.EqualTo(Math.Sqrt(state.Sum(s => (double)s * s))).Within(1e-9));
    }

    // Rounded to the nearest, no step would move a weight at all.
    [Test]
    public void Many_small_steps_of_a_repeated_id_move_a_weight_as_far_as_they_should(
        [Values(RowPrecision.Float16, RowPrecision.BFloat16)] RowPrecision precision)
    {
        const int Steps = 4096, Dimension = 64;
        using var table = TestTable.Create(TestTable.Plain(dimension: Dimension, configure: o => o.Segments[0].Precision = precision));
        table.Assign([3], [.. Enumerable.Repeat(100f, Dimension)], At.Seconds(1));
        float[] gradients = [.. Enumerable.Repeat(-1f / 64, Steps * Dimension)];
        Assert.That(table.ApplyGradients([.. Enumerable.Repeat(3L, Steps)], gradients, [], At.Seconds(1), step: 0), Is.EqualTo(Steps));
        // A step of bfloat16 is 1/2 here, so that the sum of so many has a standard deviation of 1/2 sqrt(4096 / 32) = 5.7, and the mean of
        // 64 sums one of 0.7.
        Assert.That(TestTable.Read(table, 3).Average(), Is.EqualTo(164).Within(3.5));
        Assert.That(TestTable.Read(table, 3).Distinct().Count(), Is.GreaterThan(1));
    }

    [Test]
    public void Training_depends_neither_on_stripes_nor_on_threads_but_on_the_seed()
    {
        var one = Trained(stripes: 1, seed: 1, threads: 1);
        Assert.That(Trained(stripes: 64, seed: 1, threads: 1), Is.EqualTo(one));
        Assert.That(Trained(stripes: 16, seed: 1, threads: 2), Is.EqualTo(one));
        Assert.That(Trained(stripes: 1, seed: 2, threads: 1), Is.Not.EqualTo(one));
    }

    [Test]
    public void A_state_is_derived_from_the_weight_that_is_stored()
    {
        using var table = TestTable.Create(TestTable.Plain(dimension: 1, configure: o =>
            (o.Segments[0].Optimizer, o.Segments[0].Precision) = (new FtrlOptions { LearningRate = 0.0625f }, RowPrecision.BFloat16)));
        var stored = (float)HalfOracle.Value<BFloat16Format>(HalfOracle.Nearest<BFloat16Format>(0.1f));
        table.Assign([1], [0.1f], At.Seconds(1));
        Assert.That(table.Explain(1).Segments[0], Is.EqualTo(new SegmentExplanation
        {
            Name = "vector",
            WeightNorm = stored,
            StateNorm = stored * 16
        }));
        table.AssignAdd([1], [1e-4f], At.Seconds(1));
        Assert.That(table.Explain(1).Segments[0], Is.EqualTo(new SegmentExplanation
        {
            Name = "vector",
            WeightNorm = stored,
            StateNorm = stored * 16
        }), "too little to be stored");
    }

    [TestCaseSource(nameof(Counting))]
    public void A_count_in_a_rounded_state_is_exact(OptimizerOptions optimizer)
    {
        using var table = TestTable.Create(TestTable.Plain(dimension: 3, configure: o =>
            (o.Segments[0].Optimizer, o.Segments[0].StatePrecision) = (optimizer, RowPrecision.BFloat16)));
        for (var step = 0; step < 600; step++) table.ApplyGradients([1], new float[3], [], At.Seconds(1), step);
        Assert.That(table.Explain(1).Segments[0].StateNorm, Is.EqualTo(600));
        Assert.That(table.RowBytes, Is.EqualTo(16 + 3 * 4 + 6 * 2 + 4 + 4));
    }

    private static readonly OptimizerOptions[] Counting =
        [new AdamOptions(), new AdamOptions { Clipping = new GradientClipping { Norm = 1 } },
            new DelayCompensationOptions { Inner = new AdamOptions() }];

    [Test]
    public void A_state_that_is_the_bits_of_an_integer_is_exact()
    {
        using var table = TestTable.Create(TestTable.Plain(dimension: 1, configure: o =>
            (o.Segments[0].Optimizer, o.Segments[0].StatePrecision) =
                (new IdIntervalOptions { LearningRate = 0.5f }, RowPrecision.BFloat16)));
        table.Assign([1], [8], At.Seconds(1));
        foreach (var step in new[] { 1_000_000_001L, 1_000_000_005L, 1_000_000_007L }) table.ApplyGradients([1], [0], [], At.Seconds(1),
            step);
        Assert.That(TestTable.Read(table, 1), Is.EqualTo(new[] { (8 * 0.5f + 2) * 0.5f + 1 }));
    }

    [Test]
    public void What_cannot_be_stored_is_refused_when_the_options_are()
    {
        Assert.That(OptionFailures.PathsOf(() => TestTable.Create(TestTable.Plain(configure: o =>
        {
            o.Segments[0].Precision = (RowPrecision)7;
            o.Segments[0].StatePrecision = RowPrecision.Float16;
            o.Segments[0].FakeQuantization = new RowCodecOptions { Range = -1 };
        }))), Is.EqualTo(new[] { "Segments[0].Precision", "Segments[0].StatePrecision", "Segments[0].FakeQuantization.Range" }));
    }

    [Test]
    public void Smaller_rows_leave_room_for_more_of_them()
    {
        static long Rows(RowPrecision precision)
        {
            using var table = TestTable.Create(TestTable.Plain(dimension: 64, configure: o => o.Segments[0].Precision = precision));
            return table.RowLimit;
        }
        Assert.That(Rows(RowPrecision.Float16), Is.EqualTo(Rows(RowPrecision.Float32) * (272 * 17 / 16 + 23) / (144 * 17 / 16 + 23))
            .Within(1).Percent);
    }

    [TestCase(RowPrecision.Float32, RowPrecision.Float32, 16 + 64 + 64)]
    [TestCase(RowPrecision.Float16, RowPrecision.Float32, 16 + 32 + 64)]
    [TestCase(RowPrecision.BFloat16, RowPrecision.BFloat16, 16 + 32 + 32)]
    public void A_row_takes_the_bytes_that_its_layout_says(RowPrecision weights, RowPrecision state, int bytes)
    {
        var (layout, measured) = RowMemory.Measure(new AdagradOptions(), 16, weights, state, rows: 200_000);
        Assert.That(layout, Is.EqualTo(bytes));
        // Stripes keep room for their next rows.
        Assert.That(measured, Is.InRange(bytes, 1.3 * bytes));
    }

    private static float Twice(float value, int element) => element switch
    {
        < 3 => (float)(Half)((float)(Half)value + value),
        < 8 => value + value,
        _ => Rounded(Rounded(value) + value),
    };

    private static float Rounded(float value) => (float)HalfOracle.Value<BFloat16Format>(HalfOracle.Nearest<BFloat16Format>(value));

    private static EmbeddingTableOptions Mixed(int stripes = 4)
    {
        var options = new EmbeddingTableOptions { Name = "mixed", Stripes = stripes, TrackFrequency = true };
        options.Segments.Add(
            new SegmentOptions { Name = "half", Dimension = 3, Precision = RowPrecision.Float16, StatePrecision = RowPrecision.BFloat16 });
        options.Segments.Add(
            new SegmentOptions { Name = "full", Dimension = 5, Optimizer = new FtrlOptions(), StatePrecision = RowPrecision.BFloat16 });
        options.Segments.Add(
            new SegmentOptions { Name = "brain", Dimension = 8, Precision = RowPrecision.BFloat16, Optimizer = new AdamOptions() });
        return options;
    }

    /// <summary>The weights of all rows after some batches with repeated ids; threads share each batch's ids by parity.</summary>
    private static uint[] Trained(int stripes, ulong seed, int threads)
    {
        using var table = TestTable.Create(Mixed(stripes), seed);
        var random = new Random(6);
        for (var step = 0; step < 20; step++)
        {
            long[] ids = [.. Enumerable.Range(0, 200).Select(_ => (long)random.Next(50))];
            var gradients = TestTable.Values(ids.Length, table.Dimension, step);
            void Apply(int parity) => table.ApplyGradients(
                [.. ids.Where(id => id % 2 == parity)],
                [.. ids.SelectMany((id, i) => id % 2 == parity ? gradients[(i * table.Dimension)..((i + 1) * table.Dimension)] : [])],
                [], At.Seconds(1), step);
            if (threads > 1) Parallel.Invoke(() => Apply(0), () => Apply(1));
            else for (var parity = 0; parity < 2; parity++) Apply(parity);
        }
        return Bits.Of(TestTable.Read(table, TestTable.Range(0, 50)));
    }
}
