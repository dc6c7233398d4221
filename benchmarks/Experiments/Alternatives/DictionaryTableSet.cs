using Monolith.Embeddings.Tables;

namespace Experiments.Alternatives;

/// <summary>
/// Tables in dictionaries, behind the library's trainer. No admission, no expiry, no snapshots: those are not in a dictionary.
/// </summary>
/// <param name="schema">The schema.</param>
/// <param name="seed">Of first values.</param>
internal sealed class DictionaryTableSet(TableSchema schema, ulong seed) : TableSet(schema)
{
    private readonly DictionaryTable[] _tables = [.. schema.Tables.Select(table => new DictionaryTable(table, seed))];

    /// <summary>How many rows there are.</summary>
    public long Count => _tables.Sum(table => table.Count);

    /// <summary>Drops all rows.</summary>
    /// <returns>How many bytes of the managed heap that frees.</returns>
    public long Drop()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var table in _tables) table.Clear();
        return before - GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Not known of managed memory.</summary>
    public override long MemoryBytes => 0;

    /// <inheritdoc />
    public override ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default) =>
        Each(batches, (table, batch) => table.Lookup(batch));

    /// <inheritdoc />
    public override ValueTask LookupOrAdmitAsync(IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep,
        CancellationToken cancellationToken = default) => Each(batches, (table, batch) => table.LookupOrCreate(batch));

    /// <inheritdoc />
    public override ValueTask ApplyGradientsAsync(IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep,
        CancellationToken cancellationToken = default) => Each(batches, (table, batch) => table.Apply(batch, globalStep));

    /// <inheritdoc />
    public override void ConfirmEventTime(DateTimeOffset eventTime)
    {
    }

    /// <inheritdoc />
    public override ValueTask<long> EvictAsync(CancellationToken cancellationToken = default) => new(0L);

    /// <inheritdoc />
    public override ValueTask<long> EvictTableAsync(int table, CancellationToken cancellationToken = default) => new(0L);

    /// <inheritdoc />
    public override ValueTask<long> RevokeEventTimeAsync(
        DateTimeOffset revoked, DateTimeOffset eventTime, CancellationToken cancellationToken = default) => new(0L);

    /// <inheritdoc />
    public override ValueTask<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        new(0L);

    /// <inheritdoc />
    public override ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        new(_tables.Select(table => new EmbeddingTableStatistics { Rows = table.Count }).ToArray());

    private ValueTask Each(IReadOnlyList<TableBatch> batches, Action<DictionaryTable, TableBatch> act)
    {
        for (var i = 0; i < batches.Count; i++) act(_tables[i], batches[i]);
        return default;
    }
}
