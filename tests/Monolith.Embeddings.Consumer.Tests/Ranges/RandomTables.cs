using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>Tables by a seed: every kind of admission, expiry and limit comes up, alone and with others.</summary>
internal static class RandomTables
{
    public static TableSchema Schema(int seed) => new([Table("one", new Random(seed), 3), Table("other", new Random(seed + 1_000_003), 1)]);

    private static EmbeddingTableOptions Table(string name, Random random, int dimension)
    {
        var options = new EmbeddingTableOptions
        {
            Name = name,
            Stripes = 1 << random.Next(0, 8),
            TrackFrequency = true,
            TrackAdmissionTime = random.Next(2) == 0,
            MaxRows = random.Next(3) == 0 ? null : random.Next(20, 400),
            InitialCapacity = random.Next(3) == 0 ? 20 : 0,
            Admission = Admission(random),
            Expiry = Expiry(random, 0),
            AtLimit = AtLimit(random),
        };
        options.Segments.Add(new SegmentOptions { Name = "bias", Optimizer = new FtrlOptions() });
        options.Segments.Add(new SegmentOptions
        {
            Name = "vector",
            Dimension = dimension,
            Initializer = new UniformInitializerOptions(),
            Optimizer = random.Next(3) switch
            {
                0 => new DelayCompensationOptions { Inner = new AdagradOptions() },
                1 => new AdamOptions(),
                _ => new AdagradOptions(),
            },
        });
        return options;
    }

    private static AdmissionFilterOptions? Admission(Random random) => random.Next(6) switch
    {
        0 => null,
        1 => new MinOccurrencesOptions(random.Next(2, 5)),
        2 => new MinOccurrencesOptions(3) { Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes } },
        3 => new MinOccurrencesOptions(4) { HalfLifeSteps = 7 },
        4 => new MinOccurrencesOptions(4)
        {
            HalfLife = TimeSpan.FromMinutes(20),
            Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes },
        },
        _ => new AdmitWithProbabilityOptions(3),
    };

    private static ExpiryPolicyOptions? Expiry(Random random, int level) => random.Next(level == 0 ? 7 : 4) switch
    {
        0 => level == 0 ? null : new TimeToLiveOptions(TimeSpan.FromMinutes(30)),
        1 => new TimeToLiveOptions(TimeSpan.FromMinutes(random.Next(10, 120))),
        2 => new KeepBestOptions(random.Next(5, 150), Score(random)),
        3 => new LowNormOptions { Bound = 0.02 },
        4 => new ExpireIfAnyOptions { Policies = { Expiry(random, 1)!, Expiry(random, 1)! } },
        5 => new ExpireIfAllOptions { Policies = { Expiry(random, 1)!, Expiry(random, 1)! } },
        _ => new TimeToLiveOptions(TimeSpan.FromMinutes(60)),
    };

    private static EvictionPolicyOptions? AtLimit(Random random) => random.Next(2) == 0 ? null : Score(random);

    private static EvictionPolicyOptions Score(Random random) =>
        random.Next(2) == 0 ? new LeastRecentlyUpdatedOptions() : new LeastFrequentlyUsedOptions();
}
