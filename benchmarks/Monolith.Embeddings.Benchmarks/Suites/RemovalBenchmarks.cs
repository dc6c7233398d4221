using BenchmarkDotNet.Attributes;
using Measuring;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>Removing rows: some that the caller names, and all that are expired; nanoseconds a row.</summary>
public class RemovalBenchmarks : TableSuite
{
    private const int Named = 16 * IdDraws.BatchSize;

    private readonly long[] _named = [.. Enumerable.Range(0, Named).Select(ScatteredIds.Of)];

    [IterationSetup(Targets = [nameof(Remove), nameof(DictionaryRemove)])]
    public void Refill()
    {
        Workload.Fill();
        Dictionary.Fill();
    }

    [IterationSetup(Target = nameof(Evict))]
    public void FillAndAge()
    {
        Workload.StartAnew();
        Workload.Fill();
        // A batch without ids carries the time forward, and every row is expired.
        Table.LookupOrAdmit([], [], [], TableWorkload.EventTime + TableWorkload.TimeToLive);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Named)]
    public int DictionaryRemove() => Dictionary.Remove(_named);

    [Benchmark(OperationsPerInvoke = Named)]
    public int Remove() => Table.Remove(_named);

    [Benchmark(OperationsPerInvoke = TableWorkload.Rows)]
    public long Evict() => Table.Evict();
}
