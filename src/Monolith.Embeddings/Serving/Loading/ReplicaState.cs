using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Tables.Ranking;
using Monolith.Embeddings.Tables.Serving;

namespace Monolith.Embeddings.Serving.Loading;

/// <summary>
/// The tables of a replica, and the model that they are of. Replaced as a whole where a chain is loaded again; freed once it has no reader.
/// </summary>
/// <param name="model">The model; released with the tables.</param>
/// <param name="tables">The tables, in the order of the schema; owned.</param>
internal sealed class ReplicaState(ServingModel model, WeightTable[] tables) : ServingState(model)
{
    public WeightTable[] Tables => tables;

    public override int Lookup(int table, ReadOnlySpan<long> ids, Span<float> output) => tables[table].Lookup(ids, output);

    public override int Contains(int table, ReadOnlySpan<long> ids, Span<bool> known) => tables[table].Contains(ids, known);

    public override RankedRows RowsOf(int table) => tables[table].Ranked;

    protected override void Free()
    {
        foreach (var table in tables) table.Dispose();
        base.Free();
    }
}
