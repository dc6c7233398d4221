using Microsoft.Extensions.Options;
using Monolith.Embeddings.Consumer.Tests.Faults.Options;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>Absurd steps, counts, schedules, first values and formats: refused with a message, or every number stays finite.</summary>
[TestFixture]
public sealed class AbsurdStepTests
{
    private static readonly long[] Steps = [0, 1, -1, 2, 16_384, 32_768, 1L << 24, int.MaxValue, int.MinValue, 1L << 53, long.MaxValue,
        long.MinValue, long.MaxValue - 1];
    private static readonly int[] Counts = [1, 2, 0, -1, int.MaxValue, int.MinValue];
    private static readonly double[] Doubles = [0, -0.0, 1, -1, 0.5, 1e-300, 1e-320, 1e300, 1e40, 1e-40, 2, 1000, double.MaxValue,
        double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    [Test]
    public void StepsAndCountsOfAnySizeLeaveEveryNumberFinite()
    {
        var tried = 0;
        var refused = 0;
        var random = new Random(2);
        var rules = OptimizerCases.All.Append(("id interval", () => new IdIntervalOptions())).ToArray();
        foreach (var (name, create) in rules)
            for (var round = 0; round < 30; round++)
            {
                using var table = Table(create(), new ConstantInitializerOptions { Value = 0.1f }, name == "id interval" ? 1 : 4);
                for (var call = 0; call < 20; call++)
                {
                    var (step, count) = (Steps[random.Next(Steps.Length)], Counts[random.Next(Counts.Length)]);
                    var what = $"{name}, round {round}, call {call}, step {step}, count {count}";
                    tried++;
                    try
                    {
                        var rows = new float[2 * table.Dimension];
                        if (random.Next(2) == 0) table.LookupOrAdmit([1, 2], [count, 1], rows, At.Seconds(1_600_000_000), step);
                        else table.ApplyGradients([1, 2], Enumerable.Repeat(0.5f, rows.Length).ToArray(), [count, 1],
                            At.Seconds(1_600_000_000), step);
                    }
                    catch (ArgumentException)
                    {
                        refused++;
                        Assert.That(count < 1 || step < 0, Is.True, what);
                    }
                    catch (BatchInterruptedException e) when (name.Contains("decay", StringComparison.Ordinal)
                        || name.Contains("warm", StringComparison.Ordinal))
                    {
                        refused++;
                        Assert.That(step, Is.LessThan(0), what + e.Message);
                    }
                    AssertFinite(table, what);
                }
            }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused");
    }

    [Test]
    public void WeightsAtReadOfAnySizeLeaveEveryNumberFinite()
    {
        var tried = 0;
        var random = new Random(3);
        foreach (var lambda in AbsurdFloats.All)
            foreach (var inner in new Func<OptimizerOptions>[] { () => new SgdOptions(), () => new AdamOptions(), () => new FtrlOptions(),
                () => new GroupAdagradOptions() })
            {
                var options = new DelayCompensationOptions
                {
                    Lambda = lambda,
                    Inner = inner(),
                    Clipping = random.Next(2) == 0 ? null : new GradientClipping { Norm = 1e20f }
                };
                EmbeddingTable table;
                try
                {
                    table = Table(options, new ConstantInitializerOptions(), 3);
                }
                catch (OptionsValidationException)
                {
                    continue;
                }
                using (table)
                    for (var i = 0; i < 120; i++)
                    {
                        var gradient = Pick(random, 3);
                        var read = Pick(random, 3, AbsurdFloats.All);
                        tried++;
                        table.Assign([5], Pick(random, 3), At.Seconds(1_600_000_000));
                        table.ApplyGradients([5, 6], [.. gradient, 1, 1, 1], [], At.Seconds(1_600_000_000), i, AbsentIds.Admit,
                            [.. read, 0, 0, 0]);
                        var (bits, readBits) = (AbsurdFloats.Bits(gradient), AbsurdFloats.Bits(read));
                        AssertFinite(table, $"lambda {lambda:R}, {options.Inner.GetType().Name}, gradient {bits}, read {readBits}");
                    }
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void SchedulesOfAnyNumbersAreRefusedOrLeaveEveryNumberFinite()
    {
        var (tried, refused, thrown) = (0, 0, 0);
        var random = new Random(4);
        for (var i = 0; i < 6000; i++)
        {
            var schedule = Schedule(random, 2);
            var text = Describe(schedule);
            var options = new SgdOptions { Schedule = schedule, LearningRate = AbsurdFloats.All[random.Next(AbsurdFloats.All.Length)] };
            if (random.Next(2) == 0) options.LearningRate = 0.1f;
            tried++;
            EmbeddingTable table;
            try
            {
                table = Table(options, new ConstantInitializerOptions { Value = 1 }, 2);
            }
            catch (OptionsValidationException)
            {
                refused++;
                continue;
            }
            using (table)
                foreach (var step in Steps)
                {
                    try
                    {
                        table.ApplyGradients([1], [1, -1], [], At.Seconds(1_600_000_000), step);
                    }
                    catch (Exception e) when (e is BatchInterruptedException or ArgumentException)
                    {
                        thrown++;
                        Assert.That(step < 0 || (e.InnerException ?? e).Message.Contains("rate", StringComparison.OrdinalIgnoreCase),
                            Is.True, $"{text}, rate {options.LearningRate}, step {step}: {e}");
                    }
                    AssertFinite(table, $"{text}, rate {options.LearningRate:R}, step {step}");
                }
        }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused; steps that threw {thrown}");
    }

    [Test]
    public void FirstValuesOfAnySizeAreRefusedOrFinite()
    {
        var (tried, refused, without) = (0, 0, 0);
        foreach (var create in new Func<InitializerOptions>[] { () => new ConstantInitializerOptions(),
            () => new NormalInitializerOptions(), () => new TruncatedNormalInitializerOptions(), () => new UniformInitializerOptions() })
            foreach (var property in create().GetType().GetProperties().Where(p => p.PropertyType == typeof(float) && p.CanWrite))
                foreach (var other in create().GetType().GetProperties().Where(p => p.PropertyType == typeof(float) && p.CanWrite))
                    foreach (var value in AbsurdFloats.All)
                        foreach (var format in new[] { RowPrecision.Float32, RowPrecision.Float16, RowPrecision.BFloat16 })
                            foreach (var second in new[] { 1f, -1f, 3e38f, -3e38f, float.MaxValue })
                            {
                                var options = create();
                                if (other != property) other.SetValue(options, second);
                                else if (second != 1f) continue;
                                property.SetValue(options, value);
                                tried++;
                                EmbeddingTable table;
                                try
                                {
                                    table = Table(new FtrlOptions(), options, 5, format);
                                }
                                catch (OptionsValidationException)
                                {
                                    refused++;
                                    continue;
                                }
                                using (table)
                                {
                                    var output = new float[8 * 5];
                                    var found = table.LookupOrAdmit([1, 2, 3, 4, 5, 6, 7, 8], [], output, At.Seconds(1_600_000_000));
                                    var numbers = $"{property.Name} = {value:R}, {other.Name} = {second:R}";
                                    var what = $"{options.GetType().Name}, {numbers}, {format}";
                                    if (!AbsurdFloats.AreFinite(output)) Assert.Fail($"{what}: {AbsurdFloats.Bits(output)}");
                                    AssertFinite(table, what);
                                    var told = table.GetStatistics();
                                    Assert.That(told.NonFiniteValues + told.PrecisionOverflows, Is.EqualTo(8 - found), what);
                                    Assert.That(told.Rows, Is.EqualTo(found), what);
                                    without += 8 - found;
                                }
                            }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused; {without} rows were not born");
    }

    [Test]
    public void WhatAReplicaWouldReadIsFiniteForWeightsOfAnySize()
    {
        var (tried, refused) = (0, 0);
        var random = new Random(5);
        foreach (var format in Enum.GetValues<RowFormat>())
            foreach (var range in AbsurdFloats.All)
                foreach (var isRange in new[] { true, false })
                {
                    var codec = new RowCodecOptions { Format = format };
                    if (isRange) codec.Range = range;
                    else codec.Amplitude = range;
                    if (!isRange && format != RowFormat.OneBit && range != 1) continue;
                    if (isRange && format != RowFormat.FixedR8 && range != 1) continue;
                    EmbeddingTable table;
                    try
                    {
                        table = Table(new SgdOptions(), new ConstantInitializerOptions(), 7, RowPrecision.Float32, codec);
                    }
                    catch (OptionsValidationException)
                    {
                        refused++;
                        continue;
                    }
                    using (table)
                        for (var i = 0; i < 60; i++)
                        {
                            tried++;
                            var values = Pick(random, 7);
                            var output = new float[7];
                            table.Assign([i], values, At.Seconds(1_600_000_000));
                            table.LookupOrAdmit([i], [], output, At.Seconds(1_600_000_000));
                            if (!AbsurdFloats.AreFinite(output))
                            {
                                var (from, to) = (AbsurdFloats.Bits(values), AbsurdFloats.Bits(output));
                                Assert.Fail($"{format}, range {range:R}: {from} is read as {to}");
                            }
                        }
                }
        TestContext.Out.WriteLine($"tried {tried}, formats refused {refused}");
    }

    private static float[] Pick(Random random, int n, float[]? from = null)
    {
        from ??= AbsurdFloats.Finite;
        var one = from[random.Next(from.Length)];
        return [.. Enumerable.Range(0, n).Select(_ => random.Next(3) == 0 ? from[random.Next(from.Length)] : random.Next(2) == 0 ? one
            : random.NextSingle() - 0.5f)];
    }

    private static LearningRateSchedule Schedule(Random random, int depth)
    {
        long steps = random.Next(3) == 0 ? random.Next(1, 10) : Steps[random.Next(Steps.Length)];
        var end = random.Next(3) == 0 ? 0.001f : AbsurdFloats.All[random.Next(AbsurdFloats.All.Length)];
        var number = Doubles[random.Next(Doubles.Length)];
        return random.Next(depth > 0 ? 5 : 4) switch
        {
            0 => new ConstantRate(),
            1 => new CosineDecay { Steps = steps, EndRate = end },
            2 => new ExponentialDecay { Steps = steps, DecayRate = number, Staircase = random.Next(2) == 0 },
            3 => new PolynomialDecay { Steps = steps, EndRate = end, Power = number, Cycle = random.Next(2) == 0 },
            _ => new WarmUp { Steps = steps, Then = Schedule(random, depth - 1) },
        };
    }

    private static string Describe(object schedule) => schedule.GetType().Name + " " + string.Join(", ",
        schedule.GetType().GetProperties()
            .Select(p => $"{p.Name} = {(p.GetValue(schedule) is LearningRateSchedule s ? Describe(s) : p.GetValue(schedule))}"));

    private static void AssertFinite(EmbeddingTable table, string what)
    {
        foreach (var chunk in table.EnumerateRows())
        {
            if (!AbsurdFloats.AreFinite(chunk.Weights)) Assert.Fail($"{what}: {AbsurdFloats.Bits(chunk.Weights)}");
            var told = table.Explain(chunk.Ids[0]);
            if (!told.Segments.All(s => double.IsFinite(s.StateNorm) && double.IsFinite(s.WeightNorm))) Assert.Fail($"{what}: {told}");
        }
    }

    private static EmbeddingTable Table(OptimizerOptions optimizer, InitializerOptions initializer, int dimension,
        RowPrecision precision = default, RowCodecOptions? codec = null) =>
        new(new EmbeddingTableOptions
        {
            Name = "t",
            Stripes = 1,
            RemovalHistory = 0,
            Segments = { new SegmentOptions { Name = "v", Dimension = dimension, Optimizer = optimizer, Initializer = initializer,
                Precision = precision, FakeQuantization = codec } },
        }, new() { MemoryLimitBytes = 1 << 20 });
}
