using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>One thread and two on one table, each with batches of its own; nanoseconds an id of all threads together.</summary>
public class ThreadBenchmarks : TableSuite
{
    private const int MostThreads = 2;
    private const int Batches = 64;
    private const int Ids = Batches * IdDraws.BatchSize;

    private readonly IdDraws[] _draws = [.. Enumerable.Range(1, MostThreads).Select(seed => new IdDraws(TableWorkload.Rows, seed: seed))];
    private readonly float[][] _outputs =
        [.. Enumerable.Range(0, MostThreads).Select(_ => new float[IdDraws.BatchSize * TableWorkload.Dimension])];

    [Params(1, MostThreads)]
    public int Threads { get; set; }

    [Benchmark(Baseline = true, OperationsPerInvoke = Ids)]
    public void DictionaryLookup() => OnThreads(thread => Dictionary.Lookup(_draws[thread].Next(), _outputs[thread]));

    [Benchmark(OperationsPerInvoke = Ids)]
    public void Lookup() => OnThreads(thread => Table.Lookup(_draws[thread].Next(), _outputs[thread]));

    [Benchmark(OperationsPerInvoke = Ids)]
    public void ApplyGradients() =>
        OnThreads(thread => Table.ApplyGradients(_draws[thread].Next(), Workload.Values, [], TableWorkload.EventTime));

    // The same number of batches, whichever thread does them. Starting the threads' shares allocates a little, whatever the table does.
    private void OnThreads(Action<int> batch) =>
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (var i = 0; i < Batches / Threads; i++) batch(thread);
        });
}
