using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>Growing from empty; nanoseconds a row.</summary>
public class InsertBenchmarks : TableSuite
{
    [IterationSetup]
    public void Empty()
    {
        Workload.StartAnew();
        Dictionary.StartAnew();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = TableWorkload.Rows)]
    public void DictionaryInsert() => Dictionary.Fill();

    [Benchmark(OperationsPerInvoke = TableWorkload.Rows)]
    public void Insert() => Workload.Fill();
}
