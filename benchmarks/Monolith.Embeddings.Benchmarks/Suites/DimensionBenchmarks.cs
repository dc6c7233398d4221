using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>What a row's width costs; nanoseconds an id.</summary>
public class DimensionBenchmarks : TableSuite
{
    [Params(1, 8, 16, 32, 64, 128)]
    public int Dimension { get; set; }

    private protected override int RowDimension => Dimension;

    [Benchmark(Baseline = true, OperationsPerInvoke = IdDraws.BatchSize)]
    public int DictionaryLookup() => Dictionary.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Lookup() => Table.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int ApplyGradients() => Table.ApplyGradients(NextIds(), Workload.Values, [], TableWorkload.EventTime);
}
