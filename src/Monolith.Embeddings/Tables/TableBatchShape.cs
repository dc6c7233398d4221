using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables;

/// <summary>What the memory of a batch must be like, asked of all tables before the first one does anything.</summary>
internal static class TableBatchShape
{
    /// <summary>Requires what a lookup needs.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="table">The name of its table.</param>
    /// <param name="dimension">How many weights a row has.</param>
    /// <param name="admits">Whether the lookup admits; else it looks at ids, rows and marks alone.</param>
    /// <exception cref="ArgumentException">Memory is of a wrong length, or a count is less than 1.</exception>
    public static void RequireLookup(TableBatch batch, string table, int dimension, bool admits)
    {
        var ids = batch.Ids.Length;
        BatchArguments.RequireRows(table, dimension, ids, batch.Rows.Length, nameof(batch.Rows));
        if (!batch.HasRow.IsEmpty) BatchArguments.RequireRows(table, 1, ids, batch.HasRow.Length, nameof(batch.HasRow));
        if (!admits) return;
        BatchArguments.RequireCounts(table, ids, batch.Counts.Span);
        if (!batch.StoredRows.IsEmpty)
            BatchArguments.RequireRows(table, dimension, ids, batch.StoredRows.Length, nameof(batch.StoredRows));
        FirstValues.Require(table, dimension, ids, batch.FirstValues.Span, batch.FirstValueOf.Span);
    }

    /// <summary>Requires what the gradients of a batch need.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="table">The name of its table.</param>
    /// <param name="dimension">How many weights a row has.</param>
    /// <exception cref="ArgumentException">Memory is of a wrong length, or a count is less than 1.</exception>
    public static void RequireApply(TableBatch batch, string table, int dimension)
    {
        var ids = batch.Ids.Length;
        BatchArguments.RequireRows(table, dimension, ids, batch.Gradients.Length, nameof(batch.Gradients));
        BatchArguments.RequireCounts(table, ids, batch.Counts.Span);
        if (!batch.WeightsAtRead.IsEmpty)
            BatchArguments.RequireRows(table, dimension, ids, batch.WeightsAtRead.Length, nameof(batch.WeightsAtRead));
    }
}
