using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>Going through all rows, a chunk of some size at a time, and copying their ids and weights; nanoseconds a row.</summary>
public class EnumerationBenchmarks : TableSuite
{
    [Params(16, 256, 4096)]
    public int ChunkRows { get; set; }

    [Benchmark(Baseline = true, OperationsPerInvoke = TableWorkload.Rows)]
    public long DictionaryEnumerate() => Dictionary.Enumerate(Workload.Output);

    [Benchmark(OperationsPerInvoke = TableWorkload.Rows)]
    public long EnumerateRows()
    {
        var ids = 0L;
        using var rows = Table.EnumerateRows(ChunkRows);
        foreach (var chunk in rows)
        {
            foreach (var id in chunk.Ids) ids ^= id;
        }
        return ids;
    }
}
