using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Tables for tests: small, with a bias under FTRL and a vector under Adagrad unless a test says otherwise.</summary>
internal static class TestTable
{
    public static EmbeddingTableOptions Options(int stripes = 4, int dimension = 3, Action<EmbeddingTableOptions>? configure = null)
    {
        var options = new EmbeddingTableOptions { Name = "test", Stripes = stripes };
        options.Segments.Add(new SegmentOptions
        {
            Name = "bias",
            Optimizer = new FtrlOptions(),
            Initializer = new ConstantInitializerOptions { Value = 0.5f },
        });
        options.Segments.Add(new SegmentOptions { Name = "vector", Dimension = dimension, Initializer = new UniformInitializerOptions() });
        configure?.Invoke(options);
        return options;
    }

    /// <summary>A table of one segment, w -= gradient, born at zeros: easy to reckon with.</summary>
    public static EmbeddingTableOptions Plain(int stripes = 4, int dimension = 2, Action<EmbeddingTableOptions>? configure = null)
    {
        var options = new EmbeddingTableOptions { Name = "plain", Stripes = stripes };
        options.Segments.Add(
            new SegmentOptions { Name = "vector", Dimension = dimension, Optimizer = new SgdOptions { LearningRate = 1 } });
        configure?.Invoke(options);
        return options;
    }

    public static EmbeddingTable Create(EmbeddingTableOptions options, ulong seed = 1, long limit = 1 << 30, TimeProvider? time = null) =>
        new(options, new EmbeddingTableSetOptions { Seed = seed, MemoryLimitBytes = limit }, time);

    public static float[] Read(EmbeddingTable table, params long[] ids)
    {
        var output = new float[ids.Length * table.Dimension];
        table.Lookup(ids, output);
        return output;
    }

    /// <summary>Gradients or values that differ from row to row and element to element.</summary>
    public static float[] Values(int ids, int dimension, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, ids * dimension).Select(_ => 2 * random.NextSingle() - 1)];
    }

    public static long[] Range(long start, int count) => [.. Enumerable.Range(0, count).Select(i => start + i)];
}
