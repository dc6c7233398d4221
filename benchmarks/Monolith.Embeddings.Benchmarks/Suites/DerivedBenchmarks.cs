using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>What deriving features from raw columns costs; nanoseconds a value.</summary>
[MemoryDiagnoser]
[HideColumns(Column.Error, Column.StdDev, Column.RatioSD)]
public class DerivedBenchmarks
{
    private const int Rows = 4096;

    private readonly Subject _buckets = new((f, number, _, _) => f.Buckets("derived", "t", number, BucketBounds.Logarithmic(1, 1.5f, 20)));
    private readonly Subject _cross = new((f, _, one, other) => f.Cross("derived", "t", one, other));
    private readonly Subject _product = new((f, _, one, other) => f.Cross("derived", "t", one, other), ids: 2);
    private readonly Subject _quantiles = new((f, number, _, _) =>
        f.Buckets("derived", "t", number, BucketBounds.Quantiles(20, BucketBounds.MaxLearnFrom)));
    private readonly Subject _moments = new((f, number, _, _) => f.Normalized("derived", number, new() { HalfLife = 100_000 }));

    /// <summary>The bucket of a value among 21.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public bool Buckets() => _buckets.Derive();

    /// <summary>A cross of two slots of one id a row.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public bool Cross() => _cross.Derive();

    /// <summary>A cross of two slots of two ids a row: four a row; nanoseconds a row.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public bool CrossOfSeveralIds() => _product.Derive();

    /// <summary>Taking a value into the sketch of quantiles.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public void LearnQuantiles() => _quantiles.Learn();

    /// <summary>Taking a value into moments.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public void LearnMoments() => _moments.Learn();

    /// <summary>A schema with one thing that is derived, and a batch.</summary>
    private sealed class Subject
    {
        // What one has derived the other derives again.
        private readonly DerivedFeatures[] _derived;
        private readonly FeatureBatch _batch;
        private int _next;

        public Subject(
            Action<FeatureSchemaBuilder, NumberColumn, FeatureSlot, FeatureSlot> declare, int ids = 1)
        {
            var f = new FeatureSchemaBuilder();
            f.Table("t", row => row.Vector(2, new AdagradOptions()));
            var (one, other, number) = (f.Slot("one", "t"), f.Slot("other", "t"), f.Number("number"));
            declare(f, number, one, other);
            var schema = f.Build();
            _derived = [new DerivedFeatures(schema), new DerivedFeatures(schema)];
            _batch = new FeatureBatch(schema);
            var random = new Random(1);
            for (var row = 0; row < Rows; row++)
            {
                var writer = _batch.BeginRow().Number(number, (float)Math.Exp(9 * random.NextDouble()));
                for (var i = 0; i < ids; i++) writer.Id(one, random.NextInt64()).Id(other, random.Next(1000));
                _batch.EndRow();
            }
        }

        public bool Derive() => _derived[_next ^= 1].Derive(_batch);

        public void Learn() => _derived[0].Learn(_batch);
    }
}
