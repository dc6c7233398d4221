using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Serving;

public abstract partial class Predictor
{
    /// <summary>
    /// Says which ids have a row: a candidate without one is scored by what is left of it. Nothing is allocated in steady state.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="known">Receives the answers, [n].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ArgumentException">The lengths differ, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed, or the tables of a live one are.</exception>
    public int IsKnown(string table, ReadOnlySpan<long> ids, Span<bool> known)
    {
        var state = Acquire();
        try
        {
            return state.Contains(state.PlaceOf(table), ids, known);
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>Whether an id has a row.</summary>
    /// <param name="table">A table's name.</param>
    /// <param name="id">Any id.</param>
    /// <inheritdoc cref="IsKnown(string, ReadOnlySpan{long}, Span{bool})" path="/exception" />
    public bool IsKnown(string table, long id)
    {
        var known = false;
        return IsKnown(table, [id], new Span<bool>(ref known)) == 1;
    }

    /// <summary>
    /// The ids that have a row, in no order: for example all candidates that there are. Taken a part of the table at a time, each as it is
    /// at one moment; an id that has a row throughout comes exactly once. Each enumeration starts over, and keeps the tables that it began
    /// with until it is disposed, as <c>foreach</c> does.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed, or the tables of a live one are.</exception>
    public IEnumerable<long> EnumerateIds(string table)
    {
        var state = Acquire();
        try
        {
            state.PlaceOf(table);
        }
        finally
        {
            state.Release();
        }
        return Ids(table);
    }

    /// <summary>
    /// Says what is known here of an id: whether it has a row, and as of which commit. A live predictor knows what the trainer's table
    /// knows; a replica knows no cause, see <see cref="ModelReplica.ExplainAsync"/> and
    /// <see cref="Snapshots.SnapshotInspector.ExplainAsync"/>. For people and logs; it allocates.
    /// </summary>
    /// <param name="table">A table's name.</param>
    /// <param name="id">Any id.</param>
    /// <exception cref="KeyNotFoundException">There is no such table; the message lists the names.</exception>
    /// <exception cref="ReplicaNotReadyException">A replica holds no commit yet.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed, or the tables of a live one are.</exception>
    public ServedExplanation Explain(string table, long id)
    {
        var state = Acquire();
        try
        {
            var place = state.PlaceOf(table);
            var weights = new float[state.RowsOf(place).Dimension];
            var hasRow = state.Lookup(place, [id], weights) == 1;
            return new ServedExplanation
            {
                Table = table,
                Id = id,
                HasRow = hasRow,
                WeightNorm = hasRow ? Math.Sqrt(weights.Sum(weight => (double)weight * weight)) : null,
                Number = AsOf(table),
                Row = state.Explain(place, id),
            };
        }
        finally
        {
            state.Release();
        }
    }

    /// <summary>
    /// The text of an id, where the trainer has a catalogue (<see cref="Training.OnlineTrainer.Catalogue"/>); null where there is none. A
    /// replica has it as of the commit that it holds, but where deltas come by other means than the store: those carry none.
    /// </summary>
    /// <param name="table">A table's name; one that the catalogue does not have is no error.</param>
    /// <param name="id">Any id.</param>
    public string? TextOf(string table, long id)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Catalogue?.TryGet(table, id, out var text) == true ? text : null;
    }

    /// <summary>The texts of a table, as they are now: a copy, empty where there are none.</summary>
    /// <param name="table">A table's name; one that the catalogue does not have is no error.</param>
    public IReadOnlyDictionary<long, string> CopyTexts(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Catalogue?.Copy(table) ?? new Dictionary<long, string>();
    }

    /// <summary>The texts that are known here; null for none.</summary>
    internal abstract IdCatalogue? Catalogue { get; }

    /// <summary>As of which commit a table is; null where it is the trainer's own.</summary>
    private protected abstract ulong? AsOf(string table);

    private IEnumerable<long> Ids(string table)
    {
        var state = Acquire();
        try
        {
            foreach (var id in state.RowsOf(state.PlaceOf(table)).EnumerateIds()) yield return id;
        }
        finally
        {
            state.Release();
        }
    }
}
