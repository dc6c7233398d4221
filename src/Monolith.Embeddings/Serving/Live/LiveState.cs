using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Ranking;

namespace Monolith.Embeddings.Serving.Live;

/// <summary>The tables that a trainer learns in, which belong to others, and copies of its model.</summary>
/// <param name="model">The copies; released with the state.</param>
/// <param name="tables">The tables, in the order of the schema.</param>
internal sealed class LiveState(ServingModel model, EmbeddingTableSet tables) : ServingState(model)
{
    public override int Lookup(int table, ReadOnlySpan<long> ids, Span<float> output) => tables.Tables[table].Lookup(ids, output);

    public override int Contains(int table, ReadOnlySpan<long> ids, Span<bool> known) => tables.Tables[table].Contains(ids, known);

    public override RowExplanation Explain(int table, long id) => tables.Tables[table].Explain(id);

    public override RankedRows RowsOf(int table) => tables.Tables[table].LiveRows;
}
