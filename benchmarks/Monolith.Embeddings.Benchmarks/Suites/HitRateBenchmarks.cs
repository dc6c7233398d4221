using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>Ids of which all, half or none have a row; nanoseconds an id.</summary>
public class HitRateBenchmarks : TableSuite
{
    [Params(1.0, 0.5, 0.0)]
    public double HitRate { get; set; }

    private protected override IdDraws Draw() => new(TableWorkload.Rows, hitRate: HitRate);

    [Benchmark(Baseline = true, OperationsPerInvoke = IdDraws.BatchSize)]
    public int DictionaryLookup() => Dictionary.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Lookup() => Table.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Contains() => Table.Contains(NextIds(), Workload.Found);
}
