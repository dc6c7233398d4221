using Monolith.Embeddings.Consumer.Tests.Faults.Options;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>
/// Absurd gradients and weights, through every rule and every row format: nothing that can be read is ever infinite, and no row pays for
/// another one.
/// </summary>
[TestFixture]
public sealed class AbsurdGradientTests
{
    private static readonly RowPrecision[] WeightFormats = [RowPrecision.Float32, RowPrecision.Float16, RowPrecision.BFloat16];
    private static readonly RowPrecision[] StateFormats = [RowPrecision.Float32, RowPrecision.BFloat16];

    [Test]
    public void RowsBesideAnAbsurdOneHaveTheBitsThatTheyWouldHaveWithoutIt() => RowsBesideAnAbsurdOne(oneOf: 8);

    [Test, Explicit("longer")]
    public void RowsBesideAnAbsurdOneHaveTheBitsThatTheyWouldHaveWithoutItAllOfThem() => RowsBesideAnAbsurdOne(oneOf: 1);

    private static void RowsBesideAnAbsurdOne(int oneOf)
    {
        var tried = 0;
        var random = new Random(1);
        foreach (var (name, create) in OptimizerCases.All)
            foreach (var weights in WeightFormats)
                foreach (var state in StateFormats)
                {
                    using var with = Table(create, weights, state, 9);
                    using var without = Table(create, weights, state, 9);
                    long step = 0;
                    foreach (var absurd in AbsurdFloats.All.Where(_ => random.Next(oneOf) == 0))
                    {
                        OneBatch(with, without, absurd, ++step, random, $"{name}, {weights}, state {state}, absurd {absurd:R}");
                        tried++;
                    }
                }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void EveryWeightMeetsEveryGradientAsTheRuleAloneSays()
    {
        long tried = 0, refused = 0;
        var values = AbsurdFloats.Finite.Where((_, i) => i % 5 < 2 || i > 160).ToArray();
        foreach (var (name, create) in OptimizerCases.All)
        {
            var (t, r) = Grid(name, create, values, dimension: 3);
            tried += t;
            refused += r;
        }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused");
        Assert.That(refused, Is.GreaterThan(0));
    }

    [Test]
    public void EveryNumberOfEveryRuleMayBeAbsurdOrIsRefused() => EveryNumberOfEveryRule(oneOf: 8);

    [Test, Explicit("a minute")]
    public void EveryNumberOfEveryRuleMayBeAbsurdOrIsRefusedAllOfThem() => EveryNumberOfEveryRule(oneOf: 1);

    private static void EveryNumberOfEveryRule(int oneOf)
    {
        long tried = 0, accepted = 0;
        var random = new Random(7);
        var values = AbsurdFloats.Finite.Where((_, i) => i % 16 < 2 || i > 168).ToArray();
        foreach (var (name, create) in OptimizerCases.All)
            foreach (var property in create().GetType().GetProperties().Where(p => p.PropertyType == typeof(float) && p.CanWrite))
                foreach (var value in AbsurdFloats.All.Where(_ => random.Next(oneOf) == 0))
                {
                    tried++;
                    var options = create();
                    property.SetValue(options, value);
                    try
                    {
                        options.Build();
                    }
                    catch (Microsoft.Extensions.Options.OptionsValidationException e)
                    {
                        Assert.That(e.Message, Does.Contain(property.Name), $"{name}, {property.Name} = {value}");
                        continue;
                    }
                    accepted++;
                    Assert.That(float.IsFinite(value), Is.True, $"{name}, {property.Name} = {value} was taken");
                    if (oneOf == 1 || accepted % 6 == 0) Grid($"{name}, {property.Name} = {value:R}",
                        () => { var o = create(); property.SetValue(o, value); return o; }, values, dimension: 2);
                }
        TestContext.Out.WriteLine($"tried {tried}, of which {accepted} accepted");
    }

    // Each id has a weight and a gradient of its own, so that one call holds the whole grid. The oracle is the rule itself, on plain
    // arrays.
    private static (long Tried, long Refused) Grid(string name, Func<OptimizerOptions> create, float[] values, int dimension)
    {
        using var table = new EmbeddingTable(new EmbeddingTableOptions
        {
            Name = "t",
            Stripes = 4,
            RemovalHistory = 0,
            Segments = { new SegmentOptions { Name = "v", Dimension = dimension, Optimizer = create() } },
        }, new() { MemoryLimitBytes = 64 << 20 });
        var rule = create().Build();
        var ids = new long[values.Length * values.Length];
        var weights = new float[ids.Length * dimension];
        var gradients = new float[ids.Length * dimension];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = i * 7919L - 3;
            weights.AsSpan(i * dimension, dimension).Fill(values[i / values.Length]);
            gradients.AsSpan(i * dimension, dimension).Fill(0.25f);
            gradients[i * dimension + i % dimension] = values[i % values.Length];
        }
        table.Assign(ids, weights, At.Seconds(1_600_000_000));
        var had = new bool[ids.Length];
        table.Contains(ids, had);
        var rows = new float[weights.Length];
        table.Lookup(ids, rows);
        var states = new float[ids.Length * rule.StateLength(dimension)];
        var stateLength = rule.StateLength(dimension);
        for (var i = 0; i < ids.Length; i++)
            rule.InitializeState(weights.AsSpan(i * dimension, dimension), states.AsSpan(i * stateLength, stateLength));
        for (var i = 0; i < ids.Length; i++)
        {
            var expected = AbsurdFloats.AreFinite(states.AsSpan(i * stateLength, stateLength));
            if (had[i] != expected)
                Assert.Fail($"{name}: weight {weights[i * dimension]:R}: has a row: {had[i]}, its first state is finite: {expected}");
        }
        long refused = 0;
        var read = new float[rows.Length];
        for (var step = 0L; step < 2; step++)
        {
            var applied = table.ApplyGradients(ids, gradients, [], At.Seconds(1_600_000_000), step, AbsentIds.Drop);
            var expected = 0;
            for (var i = 0; i < ids.Length; i++)
                if (had[i])
                {
                    var w = rows.AsSpan(i * dimension, dimension);
                    var s = states.AsSpan(i * stateLength, stateLength);
                    var (oldW, oldS) = (w.ToArray(), s.ToArray());
                    rule.Apply(w, s, gradients.AsSpan(i * dimension, dimension), new OptimizerContext(ids[i], step, 1));
                    if (AbsurdFloats.AreFinite(w) && AbsurdFloats.AreFinite(s)) expected++;
                    else
                    {
                        refused++;
                        oldW.CopyTo(w);
                        oldS.CopyTo(s);
                    }
                }
            table.Lookup(ids, read);
            for (var i = 0; i < ids.Length; i++)
            {
                var got = read.AsSpan(i * dimension, dimension);
                var right = rows.AsSpan(i * dimension, dimension);
                if (!had[i]) continue;
                if (!System.Runtime.InteropServices.MemoryMarshal.AsBytes(got)
                    .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(right)))
                {
                    var gradient = AbsurdFloats.Bits(gradients.AsSpan(i * dimension, dimension));
                    var what = $"{name}: step {step}, weight {weights[i * dimension]:R}, gradient {gradient}";
                    Assert.Fail($"{what}: got {AbsurdFloats.Bits(got)}, right {AbsurdFloats.Bits(right)}");
                }
                if (!AbsurdFloats.AreFinite(got)) Assert.Fail($"{name}: {AbsurdFloats.Bits(got)}");
            }
            Assert.That(applied, Is.EqualTo(expected), $"{name}: step {step}: applied");
        }
        for (var i = 0; i < ids.Length; i += 37)
        {
            var told = table.Explain(ids[i]);
            if (told.HasRow) Assert.That(double.IsFinite(told.WeightNorm!.Value) && told.Segments.All(s => double.IsFinite(s.StateNorm)),
                Is.True, $"{name}: {told}");
        }
        var statistics = table.GetStatistics();
        Assert.That(statistics.NonFiniteUpdates, Is.EqualTo(refused), name);
        Assert.That(statistics.NonFiniteValues, Is.EqualTo(had.Count(h => !h)), name);
        return (ids.Length * 2L, refused);
    }

    private static void OneBatch(EmbeddingTable with, EmbeddingTable without, float absurd, long step, Random random, string what)
    {
        const int Count = 24;
        var d = with.Dimension;
        var places = new HashSet<int> { random.Next(Count), random.Next(Count), random.Next(Count) };
        var (ids, gradients, kept, keptGradients) = (new List<long>(), new List<float>(), new List<long>(), new List<float>());
        for (var i = 0; i < Count; i++)
        {
            var gradient = new float[d];
            for (var j = 0; j < d; j++) gradient[j] = random.NextSingle() - 0.5f;
            if (places.Contains(i))
            {
                gradient[random.Next(d)] = absurd;
                ids.Add(1_000_000 + step);
            }
            else
            {
                ids.Add(random.Next(12));
                kept.Add(ids[^1]);
                keptGradients.AddRange(gradient);
            }
            gradients.AddRange(gradient);
        }
        uint time = 1_600_000_000 + (uint)step;
        var before = Refused(with);
        var applied = with.ApplyGradients(ids.ToArray(), gradients.ToArray(), [], At.Seconds(time), step);
        var appliedWithout = without.ApplyGradients(kept.ToArray(), keptGradients.ToArray(), [], At.Seconds(time), step);
        Assert.That(appliedWithout, Is.EqualTo(kept.Count), what);
        Assert.That(Refused(with) - before, Is.EqualTo(ids.Count - applied), what + ": counted");
        var (all, right) = (new float[13 * d], new float[13 * d]);
        long[] looked = [.. Enumerable.Range(0, 12), 1_000_000 + step];
        with.Lookup(looked, all);
        without.Lookup(looked, right);
        for (var i = 0; i < 12 * d; i++)
            if (BitConverter.SingleToInt32Bits(all[i]) != BitConverter.SingleToInt32Bits(right[i]))
                Assert.Fail($"{what}: id {i / d}, lane {i % d}: {all[i]:R} and without {right[i]:R}");
        if (!AbsurdFloats.AreFinite(all)) Assert.Fail($"{what}: {AbsurdFloats.Bits(all)}");
        var told = with.Explain(1_000_000 + step);
        if (told.HasRow) Assert.That(told.Segments.All(s => double.IsFinite(s.StateNorm) && double.IsFinite(s.WeightNorm)), Is.True,
            $"{what}: {told}");
    }

    private static long Refused(EmbeddingTable table)
    {
        var s = table.GetStatistics();
        return s.NonFiniteGradients + s.NonFiniteUpdates + s.NonFiniteValues + s.PrecisionOverflows;
    }

    private static EmbeddingTable Table(Func<OptimizerOptions> create, RowPrecision weights, RowPrecision state, int dimension) =>
        new(new EmbeddingTableOptions
        {
            Name = "t",
            Stripes = 2,
            RemovalHistory = 0,
            Segments =
        {
            new SegmentOptions { Name = "bias", Optimizer = new FtrlOptions() },
            new SegmentOptions { Name = "v", Dimension = dimension, Optimizer = create(),
                Initializer = new UniformInitializerOptions { Minimum = -0.1f, Maximum = 0.1f }, Precision = weights,
                StatePrecision = state },
            new SegmentOptions { Name = "last", Dimension = 2, Optimizer = new AdamOptions() },
        },
        }, new() { MemoryLimitBytes = 16 << 20 });
}
