using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    private TableAudit? _audit;

    /// <summary>
    /// Says why an id has a row, or has none: what its row holds and how long it lives, or how far it has come with the admission filter,
    /// and when and why it lost a row. Changes nothing, no counter either. For people and logs; it allocates.
    /// </summary>
    /// <param name="id">Any id.</param>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public RowExplanation Explain(long id)
    {
        var asked = new RowExplanation(Name, id, _clock.Now());
        _runner.RequireOwned([id]);
        var hash = _stripes.HashOf(id);
        _stripes.InLock(_stripes.Of(hash), stripe => asked = stripe.Explain(asked, hash, _expiry));
        return asked with
        {
            LastRemoval = WithPolicy(asked.LastRemoval),
            IsRefusedForRoom = !asked.HasRow && _eviction is null && _resources.Rows.Free == 0,
        };
    }

    /// <summary>Tells an audit of each removal from now on; null for none.</summary>
    internal void AuditTo(RemovalAudit? audit)
    {
        var own = audit is null ? null : new TableAudit(audit, Name, _expiry?.Name, _eviction?.Name);
        Volatile.Write(ref _audit, own);
        _stripes.InEachLock(stripe => stripe.History.Audit = own);
    }

    private RowRemoval? WithPolicy(RowRemoval? removal) => removal?.Cause switch
    {
        RemovalCause.Expired => removal with { Policy = _expiry?.Name },
        RemovalCause.Evicted => removal with { Policy = _eviction?.Name },
        _ => removal,
    };
}
