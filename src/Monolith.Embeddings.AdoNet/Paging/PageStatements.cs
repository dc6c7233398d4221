namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>The statements that read pages, and how the key stands in their rows.</summary>
internal sealed class PageStatements
{
    public required string Name { get; init; }

    /// <summary>The log that positions lie in: a place in one order says nothing in another.</summary>
    public string Log => Order is null ? Name : $"{Name} by {Order.Column}";

    public required string First { get; init; }

    public required string Next { get; init; }

    /// <summary>Yields a row where there is a key with a null; null where nothing is known of the table.</summary>
    public string? NullKey { get; init; }

    /// <summary>Yields the number that no order reaches; null where there is none.</summary>
    public string? Ceiling { get; init; }

    public required TableOrder? Order { get; init; }

    public required string Id { get; init; }

    /// <summary>The column of the result that holds the order.</summary>
    public required string? OrderResult { get; init; }

    /// <summary>The column of the result that holds the id.</summary>
    public required string IdResult { get; init; }

    public required Func<string, string> ParameterName { get; init; }
}
