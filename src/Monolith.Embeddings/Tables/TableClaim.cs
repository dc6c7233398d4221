namespace Monolith.Embeddings.Tables;

/// <summary>
/// Says that one restore, warm start or verification loads the tables of a set, and no other: whatever fails clears them.
/// </summary>
internal sealed class TableClaim : IDisposable
{
    private readonly EmbeddingTableSet _tables;

    /// <exception cref="InvalidOperationException">Something else loads them.</exception>
    public TableClaim(EmbeddingTableSet tables)
    {
        _tables = tables;
        if (Interlocked.CompareExchange(ref tables.Claim, this, null) is null) return;
        throw new InvalidOperationException(
            "The tables are being loaded already: one restore, warm start or verification at a time. Wait until the other one has ended.");
    }

    public void Dispose() => Interlocked.CompareExchange(ref _tables.Claim, null, this);
}
