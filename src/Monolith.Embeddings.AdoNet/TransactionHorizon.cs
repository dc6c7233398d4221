using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// For PostgreSQL 13 and later: rows are read once every transaction has ended that began to write before theirs did. Exact, without any
/// lag that must be guessed. The rows carry their transaction, <c>tx xid8 NOT NULL DEFAULT pg_current_xact_id()</c>, and are ordered by it
/// before their id.
/// </summary>
/// <remarks>
/// Transactions are numbered in the whole server, so that one that writes for an hour in any of its databases holds the source up for an
/// hour, and so does one that was prepared and forgotten. Transactions that only read do not. Numbers of 64 bits never begin again; but a
/// table that was restored into another server carries numbers of the old one.
/// </remarks>
public sealed class TransactionHorizon : SafeHorizon
{
    /// <inheritdoc />
    // The smallest transaction that runs, in the statement's own snapshot: all smaller ones have ended, and are seen by it or rolled back.
    public override string? Condition(KeyColumns columns) => $"{columns.Order} < pg_snapshot_xmin(pg_current_snapshot())";

    /// <inheritdoc />
    public override string? Ceiling(KeyColumns columns) => "CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)";

    /// <inheritdoc />
    public override void CollectErrors(KeyColumns columns, OptionErrors errors)
    {
        if (columns.Form == OrderForm.Transaction && columns.Dialect == SqlDialect.PostgreSql) return;
        errors.Add(nameof(TableColumns.Order),
            "Rows must be ordered by their transaction, in PostgreSQL: ordered by an id alone they are lost whatever their transactions. "
            + "Add a column tx xid8 NOT NULL DEFAULT pg_current_xact_id() and an index on it and the id, and set Order = new(\"tx\", "
            + "OrderForm.Transaction).");
    }
}
