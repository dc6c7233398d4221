using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>Each verb on rows that are there, uniform ids, dimension 16; nanoseconds an id.</summary>
public class VerbBenchmarks : TableSuite
{
    [Benchmark(Baseline = true, OperationsPerInvoke = IdDraws.BatchSize)]
    public int DictionaryLookup() => Dictionary.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Lookup() => Table.Lookup(NextIds(), Workload.Output);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int LookupOrAdmit() => Table.LookupOrAdmit(NextIds(), [], Workload.Output, TableWorkload.EventTime);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public void DictionaryApplyGradients() => Dictionary.ApplyGradients(NextIds(), Workload.Values);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int ApplyGradients() => Table.ApplyGradients(NextIds(), Workload.Values, [], TableWorkload.EventTime);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Assign() => Table.Assign(NextIds(), Workload.Values, TableWorkload.EventTime);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int AssignAdd() => Table.AssignAdd(NextIds(), Workload.Values, TableWorkload.EventTime);

    [Benchmark(OperationsPerInvoke = IdDraws.BatchSize)]
    public int Contains() => Table.Contains(NextIds(), Workload.Found);
}
