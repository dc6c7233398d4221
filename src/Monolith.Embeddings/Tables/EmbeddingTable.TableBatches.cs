namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Reads rows for training into a batch's memory, and what else it asks for.</summary>
    internal void LookupOrAdmitBatch(TableBatch batch, DateTimeOffset eventTime, long step)
    {
        var ids = batch.Ids.Span;
        var counts = batch.Counts.Span;
        var rows = batch.Rows.Span;
        if (batch.StoredRows.IsEmpty) LookupOrAdmit(ids, counts, rows, eventTime, step);
        else LookupOrAdmitWithStored(ids, counts, rows, batch.StoredRows.Span, eventTime, step);
        if (!batch.HasRow.IsEmpty) Contains(ids, batch.HasRow.Span);
    }

    /// <summary>Applies a batch's gradients; those of ids without a row are dropped.</summary>
    internal void ApplyBatch(TableBatch batch, DateTimeOffset eventTime, long step) => ApplyGradients(
        batch.Ids.Span, batch.Gradients.Span, batch.Counts.Span, eventTime, step, AbsentIds.Drop, batch.WeightsAtRead.Span);
}
