namespace Monolith.Embeddings.AdoNet;

/// <summary>The columns that the rows of a table are ordered by, as statements write them. Immutable.</summary>
public sealed class KeyColumns
{
    /// <summary>How the database writes things.</summary>
    public required SqlDialect Dialect { get; init; }

    /// <summary>The table, quoted.</summary>
    public required string Table { get; init; }

    /// <summary>The id, quoted.</summary>
    public required string Id { get; init; }

    /// <summary>The column before the id, quoted; null where there is none.</summary>
    public required string? Order { get; init; }

    /// <summary>What the column before the id holds; null where there is none.</summary>
    public required OrderForm? Form { get; init; }
}
