using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>A set of one's own by the public seam: hands every call on, and counts those of a batch.</summary>
internal sealed class CountingTableSet(EmbeddingTableSet tables, EmbeddingTableSetOptions options, TimeProvider time)
    : TableSet(tables.Schema, options, time)
{
    /// <summary>Calls for all tables together that a batch makes.</summary>
    public int BatchCalls { get; private set; }

    public override long MemoryBytes => tables.MemoryBytes;

    public override ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default)
    {
        BatchCalls++;
        return tables.LookupAsync(batches, cancellationToken);
    }

    public override ValueTask LookupOrAdmitAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default)
    {
        BatchCalls++;
        return tables.LookupOrAdmitAsync(batches, eventTime, globalStep, cancellationToken);
    }

    public override ValueTask ApplyGradientsAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default)
    {
        BatchCalls++;
        return tables.ApplyGradientsAsync(batches, eventTime, globalStep, cancellationToken);
    }

    public override void ConfirmEventTime(DateTimeOffset eventTime)
    {
        BatchCalls++;
        tables.ConfirmEventTime(eventTime);
    }

    public override ValueTask<long> EvictAsync(CancellationToken cancellationToken = default) =>
        tables.EvictAsync(cancellationToken);

    public override ValueTask<long> EvictTableAsync(int table, CancellationToken cancellationToken = default) =>
        tables.EvictTableAsync(table, cancellationToken);

    public override ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        tables.GetStatisticsAsync(cancellationToken);

    public override ValueTask<long> RevokeEventTimeAsync(
        DateTimeOffset revoked, DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        tables.RevokeEventTimeAsync(revoked, eventTime, cancellationToken);

    public override ValueTask<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        tables.SetEventTimeBackAsync(eventTime, cancellationToken);
}
