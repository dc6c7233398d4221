namespace Monolith.Embeddings.AdoNet;

/// <summary>A column that rows are ordered by before their id; the id breaks ties. Immutable.</summary>
public sealed class TableOrder
{
    /// <summary>Creates it.</summary>
    /// <param name="column">The column's name; it holds no nulls.</param>
    /// <param name="form">What it holds.</param>
    public TableOrder(string column, OrderForm form) => (Column, Form) = (column, form);

    /// <summary>The column's name.</summary>
    public string Column { get; }

    /// <summary>What it holds.</summary>
    public OrderForm Form { get; }
}
