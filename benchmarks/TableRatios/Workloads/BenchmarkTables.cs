using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace TableRatios.Workloads;

/// <summary>The tables that are measured.</summary>
internal static class BenchmarkTables
{
    /// <summary>What an index takes at its emptiest, for planning memory.</summary>
    public const int IndexBytesPerRow = 16;

    /// <summary>After this time an untouched row of <see cref="Expiring"/> is dead.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(1000);

    public static EmbeddingTableSetOptions SetOptions => new() { MemoryLimitBytes = 64L << 30 };

    public static EmbeddingTableOptions Options(RatioSettings settings, OptimizerOptions optimizer)
    {
        var options = new EmbeddingTableOptions { Name = "ratios", Stripes = settings.Stripes };
        options.Segments.Add(
            new SegmentOptions
            {
                Name = "vector",
                Dimension = settings.Dimension,
                Optimizer = optimizer,
                Initializer = new UniformInitializerOptions(),
            });
        return options;
    }

    public static EmbeddingTableOptions Adagrad(RatioSettings settings) =>
        Options(settings, new AdagradOptions { LearningRate = Subject.Rate });

    /// <summary>A table of <see cref="Adagrad"/> whose rows expire by event time.</summary>
    public static EmbeddingTable Expiring(RatioSettings settings)
    {
        var options = Adagrad(settings);
        options.Expiry = new TimeToLiveOptions(TimeToLive);
        return new EmbeddingTable(options, SetOptions);
    }

    /// <summary>The bytes that filling a table of <see cref="Adagrad"/> may need.</summary>
    public static long AdagradBytes(RatioSettings settings) =>
        (long)settings.Rows * (2 * settings.Dimension * sizeof(float) + 2 * IndexBytesPerRow);
}
