using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>Numbers that are finite but absurd: whatever comes, a row that would not be finite stays as it was, and is counted.</summary>
public class AbsurdNumbersTests : LeakChecked
{
    private static readonly float[] Absurd = [1e18f, -1e19f, 1e20f, 3e30f, -1e38f, float.MaxValue, float.MinValue, 1e-45f];

    private static readonly OptimizerOptions[] Optimizers =
        [.. OptimizerCatalogue.All, new SgdOptions { LearningRate = 1e30f }, new MomentumOptions { LearningRate = 1e30f, Momentum = 0.99f },
        new AdagradOptions { LearningRate = 1e30f, InitialAccumulator = 1e-30f },
            new AdamOptions { LearningRate = 1e30f, Beta2 = 0, Epsilon = 1e-30f },
        new FtrlOptions { LearningRate = 1e-30f }, new DelayCompensationOptions { Lambda = 1e20f, Inner = new SgdOptions() },
        new AdagradOptions { Clipping = new() { Value = 1e19f } }, new AdamOptions { Clipping = new() { Norm = 3e38f } },
        new MovingAverageOptions { Decay = 0 }, new RmsPropOptions { Decay = 0, Epsilon = 1e-30f }, new ContextRateOptions()];

    private static readonly OptimizerOptions[] Usual = [new FtrlOptions(), new AdamOptions()];

    [TestCaseSource(nameof(Usual))]
    public async Task One_absurd_gradient_is_refused_and_the_row_goes_on(OptimizerOptions optimizer)
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o =>
            (o.TrackFrequency, o.Segments[0].Optimizer) = (true, optimizer)));
        table.ApplyGradients([1], [0.1f, 0.2f], [], At.Seconds(3));
        var before = table.Explain(1);
        Assert.That(table.ApplyGradients([1], [1e20f, 1], [], At.Seconds(5)), Is.Zero);
        var after = table.Explain(1);
        Assert.That((after.LastUpdate?.InSeconds(), after.Frequency, after.Segments[0]),
            Is.EqualTo((before.LastUpdate?.InSeconds(), before.Frequency, before.Segments[0])));
        for (var i = 0; i < 10; i++) table.ApplyGradients([1], [0.1f, 0.1f], [], At.Seconds(6));
        Assert.That(TestTable.Read(table, 1), Has.All.Matches<float>(float.IsFinite).And.All.Not.Zero);
        Assert.That((table.GetStatistics().NonFiniteUpdates, table.GetStatistics().NonFiniteGradients), Is.EqualTo((1L, 0L)));

        using var file = new MemoryStream();
        await TableExport.WriteNpzAsync(table, file);
        using var other = TestTable.Create(TestTable.Plain());
        Assert.That((await TableImport.ReadNpzAsync(other, file)).Written, Is.EqualTo(1));
    }

    [Test]
    public void A_refusal_takes_back_all_segments_of_the_row()
    {
        using var table = TestTable.Create(TestTable.Options());
        table.ApplyGradients([1, 2], [1, 1, 1, 1, 2, 2, 2, 2], [], At.Seconds(3));
        var (before, told) = (TestTable.Read(table, 1), table.Explain(1).Segments);
        Assert.That(table.ApplyGradients([2, 1, 2], [1, 1, 1, 1, 1, 1, 1, 1e30f, 1, 1, 1, 1], [], At.Seconds(4)), Is.EqualTo(2));
        Assert.That((TestTable.Read(table, 1), table.Explain(1).Segments), Is.EqualTo((before, told)));
        Assert.That(table.Explain(2).LastUpdate?.InSeconds(), Is.EqualTo(4));
    }

    [Test]
    public void Each_of_many_rows_that_is_refused_is_counted_and_stays(
        [ValueSource(nameof(Optimizers))] OptimizerOptions optimizer, [Values(7, 8, 16, 32, 64, 128)] int dimension)
    {
        using var table = TestTable.Create(Options(optimizer, dimension, isOneSegment: true));
        var ids = TestTable.Range(0, 20);
        var gradients = new float[ids.Length * dimension];
        gradients.AsSpan().Fill(0.5f);
        Assert.That(table.ApplyGradients(ids, gradients, [], At.Seconds(1), 0), Is.EqualTo(ids.Length));
        var before = TestTable.Read(table, ids);
        gradients.AsSpan().Fill(0.25f);
        for (var i = 0; i < ids.Length; i += 3) gradients[i * dimension + i % dimension] = float.MaxValue;
        var applied = table.ApplyGradients(ids, gradients, [], At.Seconds(2), 1);
        var after = TestTable.Read(table, ids);
        var moved = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            var isMoved = !before.AsSpan(i * dimension, dimension).SequenceEqual(after.AsSpan(i * dimension, dimension));
            Assert.That(table.Explain(ids[i]).LastUpdate?.InSeconds(), Is.EqualTo(isMoved ? 2 : 1), $"row {i}");
            moved += isMoved ? 1 : 0;
            if (i % 3 != 0) Assert.That(isMoved, $"row {i}");
        }
        Assert.That((applied, table.GetStatistics().NonFiniteUpdates), Is.EqualTo((moved, (long)ids.Length - moved)));
    }

    [Test]
    public void A_batch_equals_its_gradients_one_by_one_and_all_stays_finite(
        [ValueSource(nameof(Optimizers))] OptimizerOptions optimizer, [Values(1, 3, 8, 16, 20, 32, 64, 131)] int dimension,
        [Values] bool isOneSegment)
    {
        var random = new Random(dimension);
        using var together = TestTable.Create(Options(optimizer, dimension, isOneSegment));
        using var alone = TestTable.Create(Options(optimizer, dimension, isOneSegment));
        var ids = new long[40];
        for (var step = 0; step < 12; step++)
        {
            for (var i = 0; i < ids.Length; i++) ids[i] = random.Next(25);
            var gradients = Gradients(random, ids.Length * together.Dimension);
            var applied = together.ApplyGradients(ids, gradients, [], At.Seconds((uint)step), step);
            var expected = 0;
            for (var i = 0; i < ids.Length; i++)
                expected += alone.ApplyGradients(ids.AsSpan(i, 1), gradients.AsSpan(i * alone.Dimension, alone.Dimension), [],
                    At.Seconds((uint)step), step);
            Assert.That(applied, Is.EqualTo(expected));
        }
        AssertEqual(together, alone);
        Assert.That(together.GetStatistics().NonFiniteUpdates, Is.EqualTo(alone.GetStatistics().NonFiniteUpdates));
    }

    [Test]
    public void Rows_of_16_bits_stay_finite_as_well(
        [ValueSource(nameof(Optimizers))] OptimizerOptions optimizer, [Values] RowPrecision precision,
            [Values(RowPrecision.Float32, RowPrecision.BFloat16)] RowPrecision state)
    {
        var random = new Random(3);
        using var table = TestTable.Create(TestTable.Plain(dimension: 9, configure: o =>
            (o.Segments[0].Optimizer, o.Segments[0].Precision, o.Segments[0].StatePrecision) = (optimizer, precision, state)));
        var ids = TestTable.Range(0, 30);
        var (tried, done) = (0L, 0L);
        for (var step = 0; step < 10; step++)
        {
            done += table.ApplyGradients(ids, Gradients(random, ids.Length * 9), [], At.Seconds(1), step);
            tried += ids.Length;
        }
        AssertFinite(table);
        var told = table.GetStatistics();
        Assert.That(told.NonFiniteUpdates + told.PrecisionOverflows + done, Is.EqualTo(tried));
    }

    [Test]
    public void Values_that_would_not_stay_finite_are_refused()
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o =>
            o.Segments[0].Optimizer = new FtrlOptions { LearningRate = 0.001f }));
        Assert.That(table.Assign([1, 2], [1, 1, 3e38f, 1], At.Seconds(5)), Is.EqualTo(1),
            "the state of an assigned row is its weight by the learning rate");
        Assert.That(table.Assign([1], [3e38f, 1], At.Seconds(6)), Is.Zero);
        Assert.That(table.AssignAdd([1, 1], [1, 9e35f, 3e38f, 1], At.Seconds(7)), Is.Zero);
        Assert.That((TestTable.Read(table, 1), table.Explain(1).LastUpdate?.InSeconds(), table.Contains(2)),
            Is.EqualTo((new float[] { 1, 1 }, (uint?)5, false)));
        Assert.That(table.GetStatistics().NonFiniteValues, Is.EqualTo(4));
        AssertFinite(table);
    }

    [TestCase(RowPrecision.Float32)]
    [TestCase(RowPrecision.BFloat16)]
    public void A_saved_row_that_is_not_finite_is_not_restored(RowPrecision precision)
    {
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Segments[0].Precision = precision));
        var bytes = RowRecord.BytesOf(table.Rules.Layout);
        var records = new byte[2 * bytes];
        (records[0], records[bytes]) = (1, 2);
        records.AsSpan(bytes + RowRecord.HeaderBytes).Fill(0xFF);
        Assert.That(table.RestoreRows(records, areNew: true), Is.EqualTo(2), "as many as the file says");
        Assert.That((table.Contains(1), table.Contains(2), table.GetStatistics().NonFiniteValues), Is.EqualTo((true, false, 1L)));
        AssertFinite(table);
    }

    [Test]
    public void Sums_that_overflow_are_refused()
    {
        using var table = TestTable.Create(TestTable.Plain());
        table.Assign([1], [3e38f, 1], At.Seconds(5));
        Assert.That(table.AssignAdd([1], [3e38f, 1], At.Seconds(6)), Is.Zero);
        Assert.That(TestTable.Read(table, 1), Is.EqualTo(new[] { 3e38f, 1 }));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void An_initializer_that_gives_no_number_makes_no_row(float value)
    {
        var hooks = new PlugIns { OnValue = value };
        using var table = TestTable.Create(TestTable.Plain(configure: o =>
            (o.Segments[0].Initializer, o.MaxRows) = (hooks.Initializer, 5)));
        float[] output = [1, 1];
        for (var id = 0; id < 20; id++)
        {
            Assert.That(table.LookupOrAdmit([id], [], output, At.Seconds(5)), Is.Zero);
            Assert.That(table.ApplyGradients([id], [1, 1], [], At.Seconds(5)), Is.Zero);
        }
        Assert.That((output, table.Count, table.GetStatistics().NonFiniteValues), Is.EqualTo((new float[2], 0L, 40L)));
        Assert.That(table.Assign([1, 2, 3, 4, 5], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], At.Seconds(5)), Is.EqualTo(5), "all the room is there");
    }

    [Test]
    public void An_optimizer_of_the_users_own_may_give_no_number()
    {
        var hooks = new PlugIns();
        using var table = TestTable.Create(TestTable.Plain(configure: o => o.Segments[0].Optimizer = hooks.Optimizer));
        table.ApplyGradients([1], [1, 1], [], At.Seconds(1));
        Assert.That(table.ApplyGradients([1, 2], [float.MinValue, 1, 1, 1], [], At.Seconds(2)), Is.EqualTo(2), "w - g is finite yet");
        Assert.That(table.ApplyGradients([1, 2], [float.MinValue, 1, 1, 1], [], At.Seconds(3)), Is.EqualTo(1));
        Assert.That((table.Explain(1).LastUpdate?.InSeconds(), table.Explain(2).LastUpdate?.InSeconds(),
            table.GetStatistics().NonFiniteUpdates),
            Is.EqualTo(((uint?)2, (uint?)3, 1L)));
        AssertFinite(table);
    }

    [Test]
    public void The_first_of_an_hour_is_logged_with_table_and_id()
    {
        var (logger, time) = (new FakeLogger(), new ManualTime());
        using var table = new EmbeddingTable(
            TestTable.Plain(configure: o => o.Segments[0].Optimizer = new AdagradOptions()),
                new EmbeddingTableSetOptions { Logger = logger }, time);
        for (var i = 0; i < 3; i++) table.ApplyGradients([7, 8, 9], [1e30f, 1, float.NaN, 1, 1, 1], [], At.Seconds(5));
        Assert.That(logger.Collector.GetSnapshot().Select(m => m.Id.Id), Is.EquivalentTo(new[] { 1010, 1011 }));
        Assert.That(logger.Collector.GetSnapshot().Select(m => m.Message), Has.Some.Contains("'plain'").And.Contains("id 7"));
        time.Advance(TimeSpan.FromHours(1));
        table.ApplyGradients([7], [1e30f, 1], [], At.Seconds(5));
        Assert.That(logger.Collector.Count, Is.EqualTo(3));
        Assert.That(table.GetStatistics().NonFiniteUpdates, Is.EqualTo(4));
    }

    private static EmbeddingTableOptions Options(OptimizerOptions optimizer, int dimension, bool isOneSegment) =>
        TestTable.Options(stripes: 2, dimension: dimension, o =>
    {
        o.TrackFrequency = true;
        o.Segments[1].Optimizer = optimizer;
        if (isOneSegment) o.Segments.RemoveAt(0);
    });

    // Most are as gradients are.
    private static float[] Gradients(Random random, int count)
    {
        var gradients = RandomFloats.Draw(random, count);
        for (var i = 0; i < count; i++)
        {
            if (random.Next(60) == 0) gradients[i] = Absurd[random.Next(Absurd.Length)];
        }
        return gradients;
    }

    private static void AssertEqual(EmbeddingTable actual, EmbeddingTable expected)
    {
        AssertFinite(actual);
        Assert.That(actual.Count, Is.EqualTo(expected.Count));
        for (var id = 0; id < 25; id++)
        {
            var (one, other) = (actual.Explain(id), expected.Explain(id));
            Assert.That(Bits.Of(TestTable.Read(actual, id)), Is.EqualTo(Bits.Of(TestTable.Read(expected, id))), $"id {id}");
            Assert.That((one.LastUpdate, one.Frequency), Is.EqualTo((other.LastUpdate, other.Frequency)), $"id {id}");
            Assert.That(one.Segments, Is.EqualTo(other.Segments), $"id {id}");
        }
    }

    // A norm is finite exactly if all its numbers are: squares are summed in doubles.
    private static void AssertFinite(EmbeddingTable table)
    {
        foreach (var chunk in table.EnumerateRows())
        {
            foreach (var id in chunk.Ids)
            {
                foreach (var segment in table.Explain(id).Segments)
                    Assert.That(double.IsFinite(segment.WeightNorm) && double.IsFinite(segment.StateNorm), $"id {id}: {segment}");
            }
        }
    }
}
