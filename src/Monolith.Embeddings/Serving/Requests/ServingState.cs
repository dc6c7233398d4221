using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>What a prediction reads: a model, and the rows of its tables. Freed once it has no reader.</summary>
/// <param name="model">The model; released with the state.</param>
internal abstract class ServingState(ServingModel model) : Leased
{
    public ServingModel Model => model;

    /// <summary>Reads rows of a table; zeros for an id without a row. Changes nothing.</summary>
    /// <param name="table">The table's place in the schema.</param>
    /// <param name="ids">Any ids.</param>
    /// <param name="output">Receives the weights, [n, the table's dimension].</param>
    /// <returns>How many of the ids have a row.</returns>
    public abstract int Lookup(int table, ReadOnlySpan<long> ids, Span<float> output);

    /// <summary>Says which ids have a row.</summary>
    /// <param name="table">The table's place in the schema.</param>
    /// <param name="ids">Any ids.</param>
    /// <param name="known">Receives the answers.</param>
    /// <returns>How many of the ids have a row.</returns>
    public abstract int Contains(int table, ReadOnlySpan<long> ids, Span<bool> known);

    /// <summary>What the trainer's own table says of an id; null where only its weights are here.</summary>
    /// <param name="table">The table's place in the schema.</param>
    /// <param name="id">Any id.</param>
    public virtual RowExplanation? Explain(int table, long id) => null;

    /// <summary>The rows of a table, for a search.</summary>
    /// <param name="table">The table's place in the schema.</param>
    public abstract RankedRows RowsOf(int table);

    /// <summary>The place of a table in the schema.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the names.</exception>
    public int PlaceOf(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var tables = model.Schema.Tables;
        for (var i = 0; i < tables.Count; i++)
        {
            if (tables[i].Name == table) return i;
        }
        throw new KeyNotFoundException($"There is no table '{table}'; known: {string.Join(", ", tables.Select(t => $"'{t.Name}'"))}.");
    }

    protected override void Free() => model.Release();
}
