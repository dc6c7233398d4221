using BenchmarkDotNet.Attributes;
using Monolith.Embeddings.Benchmarks.Workloads;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Benchmarks.Suites;

/// <summary>What suites have in common: a table and a dictionary of the same rows, filled before anything is measured, and ids.</summary>
[MemoryDiagnoser]
public abstract class TableSuite : IDisposable
{
    private TableWorkload? _workload;
    private IdDraws? _draws;

    private protected TableWorkload Workload => _workload!;

    private protected EmbeddingTable Table => Workload.Table;

    private protected DictionaryWorkload Dictionary { get; private set; } = null!;

    /// <summary>How many weights a row has.</summary>
    private protected virtual int RowDimension => TableWorkload.Dimension;

    /// <summary>Creates and fills.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        (_workload, Dictionary, _draws) = (new TableWorkload(RowDimension), new DictionaryWorkload(RowDimension), Draw());
        Workload.Fill();
        Dictionary.Fill();
    }

    /// <summary>Frees the table.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _workload?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected virtual IdDraws Draw() => new(TableWorkload.Rows);

    private protected ReadOnlySpan<long> NextIds() => _draws!.Next();
}
