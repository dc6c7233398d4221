namespace Monolith.Embeddings.Tables.Observing;

/// <summary>Tells an audit the removals of one table. Thread-safe.</summary>
/// <param name="audit">The audit of the set.</param>
/// <param name="table">The table's name.</param>
/// <param name="expiry">The name of the table's expiry policy; null where it has none.</param>
/// <param name="eviction">The name of the policy at its limit; null where it has none.</param>
internal sealed class TableAudit(RemovalAudit audit, string table, string? expiry, string? eviction)
{
    /// <summary>Adds a removal.</summary>
    public void Add(in RemovedRow row) => audit.Add(table, PolicyOf(row.Cause), in row);

    /// <summary>The newest removal of an id that no commit has; null where there is none.</summary>
    public RemovedRow? Find(long id) => audit.Find(table, id)?.Row;

    /// <summary>Drops what is known of ids.</summary>
    public void Forget(HashSet<long> ids) => audit.Forget(table, ids.Contains);

    private string? PolicyOf(RemovalCause cause) => cause switch
    {
        RemovalCause.Expired => expiry,
        RemovalCause.Evicted => eviction,
        _ => null,
    };
}
