using System.Text;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>Sets of every kind of part that the library has, drawn at random: some of them are refused, which a caller counts.</summary>
internal sealed class RandomSets(Random random)
{
    public TableSchema Schema(int? stripes = null)
    {
        var tables = Enumerable.Range(0, random.Next(4) == 0 ? random.Next(1, 40) : random.Next(1, 4)).Select(_ => Table()).ToList();
        if (stripes is not null) tables.ForEach(table => table.Stripes = stripes.Value);
        return new TableSchema(tables);
    }

    /// <summary>A name of any characters, also lone halves of surrogate pairs and none at all.</summary>
    public string Name()
    {
        var text = new StringBuilder();
        for (var left = random.Next(500) == 0 ? 0 : random.Next(1, 12); left > 0; left--)
        {
            switch (random.Next(8))
            {
                case 0: text.Append((char)random.Next(random.Next(20) == 0 ? 0x10000 : 0xd800)); break;
                case 1: text.Append((char)random.Next(0x80)); break;
                case 2: text.Append(new Rune(random.Next(0x10000, 0x110000))); break;
                case 3: text.Append("\"\\/'{}[]:,\u2028\u202e\u0301\ufeff"[random.Next(14)]); break;
                default: text.Append((char)random.Next('a', 'z' + 1)); break;
            }
        }
        return text.ToString();
    }

    public OptimizerOptions Optimizer()
    {
        OptimizerOptions options = random.Next(13) switch
        {
            0 => new SgdOptions { WeightDecay = Small() },
            1 => new MomentumOptions { Momentum = 0.9f, Nesterov = Coin() },
            2 => new AdagradOptions { Decoupled = Coin(), WeightDecay = Small() },
            3 => new RmsPropOptions { Accumulate = Coin() },
            4 => new AdadeltaOptions(),
            5 => new AdamOptions { AmsGrad = Coin(), Decoupled = Coin(), Nesterov = Coin() },
            6 => new FtrlOptions { L1 = Small(), L2 = Small() },
            7 => new GroupFtrlOptions { L1 = Small(), L2 = Small() },
            8 => new GroupAdagradOptions(),
            9 => new RowWiseAdagradOptions(),
            10 => new MovingAverageOptions(),
            11 => new IdIntervalOptions(),
            _ => new DelayCompensationOptions { Inner = new AdagradOptions { LearningRate = 0.5f } },
        };
        // Now and then something that its rule refuses: the constructor must then say so.
        var (isInner, isAny) = (options is DelayCompensationOptions, random.Next(60) == 0);
        if (isAny || Coin() && !isInner) options.LearningRate = new[] { 0.1f, 1e-30f, 0.9f }[random.Next(3)];
        var rateIsFixed = isInner || options is MovingAverageOptions or IdIntervalOptions or FtrlOptions or GroupFtrlOptions;
        if (isAny || random.Next(3) == 0 && !rateIsFixed) options.Schedule = Schedule();
        if (isAny || random.Next(4) == 0 && options is not (MovingAverageOptions or IdIntervalOptions))
            options.Clipping = new GradientClipping { Norm = Coin() ? 1 : null, Value = 0.5f };
        return options;
    }

    private EmbeddingTableOptions Table()
    {
        var table = new EmbeddingTableOptions
        {
            Name = Name(),
            Stripes = 1 << random.Next(7),
            IdsCarrySlots = random.Next(4) == 0,
            TrackFrequency = Coin(),
            TrackAdmissionTime = Coin(),
            RemovalHistory = random.Next(3) * 8,
            MaxRows = random.Next(4) == 0 ? random.Next(0, 300) : null,
        };
        table.Admission = Admission(table.IdsCarrySlots);
        table.Expiry = Expiry(table.IdsCarrySlots);
        if (random.Next(4) == 0)
            table.AtLimit = Coin() ? new LeastRecentlyUpdatedOptions() : new LeastFrequentlyUsedOptions { HalfLife = new(3, 0, 0) };
        for (var left = random.Next(1, random.Next(5) == 0 ? 40 : 4); left > 0; left--) table.Segments.Add(Segment());
        return table;
    }

    private SegmentOptions Segment()
    {
        var segment = new SegmentOptions
        {
            Name = Name(),
            Optimizer = Optimizer(),
            Initializer = Initializer(),
            Precision = (RowPrecision)random.Next(3),
            StatePrecision = Coin() ? RowPrecision.Float32 : RowPrecision.BFloat16,
        };
        var isInterval = segment.Optimizer is IdIntervalOptions;
        var isExact = isInterval || segment.Optimizer is DelayCompensationOptions;
        segment.Dimension = isInterval ? 1 : random.Next(10) == 0 ? random.Next(1, 300) : random.Next(1, 9);
        if (isExact) segment.Precision = RowPrecision.Float32;
        if (random.Next(6) == 0 && !isExact) segment.FakeQuantization = new RowCodecOptions { Format = (RowFormat)random.Next(5) };
        return segment;
    }

    private AdmissionFilterOptions? Admission(bool withSlots, int depth = 0)
    {
        if (random.Next(3) == 0 && depth == 0) return null;
        switch (random.Next(depth > 1 ? 3 : 5))
        {
            case 0:
                var least = new MinOccurrencesOptions(random.Next(1, 9));
                if (Coin()) least.Counter = new SketchCounterOptions { Bytes = 65536 };
                if (random.Next(3) == 0) least.HalfLife = TimeSpan.FromMinutes(random.Next(1, 1000));
                else if (random.Next(3) == 0) least.HalfLifeSteps = random.Next(1, 1000);
                if (withSlots && Coin()) least.BySlot[random.Next(4)] = random.Next(1, 5);
                return least;
            case 1: return new AdmitWithProbabilityOptions(random.Next(1, 5)) { Chance = (AdmissionChance)random.Next(2) };
            case 2: return new AdmitIfOptions(static (in AdmissionRequest request) => request.Id % 3 != 0);
            case 3: return new AllOfOptions([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Admission(withSlots, depth + 1)!)]);
            default: return new AnyOfOptions([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Admission(withSlots, depth + 1)!)]);
        }
    }

    private ExpiryPolicyOptions? Expiry(bool withSlots, int depth = 0)
    {
        if (random.Next(3) == 0 && depth == 0) return null;
        switch (random.Next(depth > 1 ? 4 : 6))
        {
            case 0:
                var live = new TimeToLiveOptions(TimeSpan.FromSeconds(random.Next(1, 100_000)));
                if (withSlots && Coin()) live.BySlot[random.Next(4)] = TimeSpan.FromDays(1);
                return live;
            case 1: return new LowNormOptions(random.NextDouble() * 0.01);
            case 2: return new KeepBestOptions(random.Next(1, 300), new LeastRecentlyUpdatedOptions());
            case 3: return new ExpireIfOptions(static (in RowMetadata row, in ExpiryTime now) => row.Id % 7 == 0) { Name = Name() };
            case 4: return new ExpireIfAllOptions(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Expiry(withSlots, depth + 1)!));
            default: return new ExpireIfAnyOptions(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Expiry(withSlots, depth + 1)!));
        }
    }

    private InitializerOptions Initializer() => random.Next(5) switch
    {
        0 => new ConstantInitializerOptions { Value = Small() },
        1 => new NormalInitializerOptions { StandardDeviation = 0.1f },
        2 => new TruncatedNormalInitializerOptions { StandardDeviation = 0.1f },
        3 => new UniformInitializerOptions { Minimum = -0.1f, Maximum = 0.1f },
        _ => new XavierUniformInitializerOptions { FanIn = 3, FanOut = 5 },
    };

    private LearningRateSchedule Schedule(int depth = 0) => random.Next(depth > 1 ? 4 : 5) switch
    {
        0 => new ConstantRate(),
        1 => new CosineDecay { Steps = 100 },
        2 => new ExponentialDecay { Steps = 10, DecayRate = 0.9 },
        3 => new PolynomialDecay { Steps = 50, Cycle = Coin() },
        _ => new WarmUp { Steps = 5, Then = Schedule(depth + 1) },
    };

    private bool Coin() => random.Next(2) == 0;

    private float Small() => Coin() ? 0 : 0.001f;
}
