using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Tables behind a set of another kind: they get the batches as a plain list, and do them by the verbs of each table.</summary>
internal sealed class UnsharedTables(EmbeddingTableSet tables) : TableSet(tables.Schema)
{
    public override long MemoryBytes => tables.MemoryBytes;

    public override ValueTask LookupAsync(IReadOnlyList<TableBatch> batches, CancellationToken cancellationToken = default) =>
        tables.LookupAsync([.. batches], cancellationToken);

    public override ValueTask LookupOrAdmitAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default) =>
        tables.LookupOrAdmitAsync([.. batches], eventTime, globalStep, cancellationToken);

    public override ValueTask ApplyGradientsAsync(
        IReadOnlyList<TableBatch> batches, DateTimeOffset eventTime, long globalStep, CancellationToken cancellationToken = default) =>
        tables.ApplyGradientsAsync([.. batches], eventTime, globalStep, cancellationToken);

    public override ValueTask<long> EvictAsync(CancellationToken cancellationToken = default) => tables.EvictAsync(cancellationToken);

    public override ValueTask<long> EvictTableAsync(int table, CancellationToken cancellationToken = default) =>
        tables.EvictTableAsync(table, cancellationToken);

    public override ValueTask<IReadOnlyList<EmbeddingTableStatistics>> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        tables.GetStatisticsAsync(cancellationToken);

    public override void ConfirmEventTime(DateTimeOffset eventTime) => tables.ConfirmEventTime(eventTime);

    public override ValueTask<long> RevokeEventTimeAsync(
        DateTimeOffset revoked, DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        tables.RevokeEventTimeAsync(revoked, eventTime, cancellationToken);

    public override ValueTask<long> SetEventTimeBackAsync(DateTimeOffset eventTime, CancellationToken cancellationToken = default) =>
        tables.SetEventTimeBackAsync(eventTime, cancellationToken);
}
