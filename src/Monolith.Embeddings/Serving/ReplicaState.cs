using Monolith.Embeddings.Tables.Serving;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// The tables of a replica, and the model that they are of. Replaced as a whole where a chain is loaded again; freed once it has no reader.
/// </summary>
/// <param name="model">The model; released with the tables.</param>
/// <param name="tables">The tables, in the order of the schema; owned.</param>
internal sealed class ReplicaState(ServingModel model, WeightTable[] tables) : Leased
{
    public ServingModel Model => model;

    public WeightTable[] Tables => tables;

    /// <summary>The table of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the names.</exception>
    public WeightTable Table(string name)
    {
        foreach (var table in tables)
        {
            if (table.Name == name) return table;
        }
        throw new KeyNotFoundException($"There is no table '{name}'; known: {string.Join(", ", tables.Select(t => $"'{t.Name}'"))}.");
    }

    protected override void Free()
    {
        foreach (var table in tables) table.Dispose();
        model.Release();
    }
}
