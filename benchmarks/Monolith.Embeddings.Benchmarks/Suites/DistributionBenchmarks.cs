using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>Ids that are all alike, and ids of which few are popular; nanoseconds an id.</summary>
public class DistributionBenchmarks : TableSuite
{
    [Params(Distribution.Uniform, Distribution.Zipf)]
    public Distribution Distribution { get; set; }

    private protected override IdDraws Draw() => new(TableWorkload.Rows, Distribution);

    [Benchmark(Baseline = true, OperationsPerInvoke = IdDraws.BatchSize)]
    public int DictionaryLookup() => Dictionary.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Lookup() => Table.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int ApplyGradients() => Table.ApplyGradients(NextIds(), Workload.Values, [], TableWorkload.EventTime);
}
