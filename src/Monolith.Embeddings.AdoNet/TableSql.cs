using Monolith.Embeddings.AdoNet.Paging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// Rows of statements of your own: joins, partitions, databases without a <see cref="SqlDialect"/>. Both statements order the rows by
/// <see cref="TablePages.Order"/> and <see cref="TablePages.Id"/>, yield both under these names, and stop at a horizon that is safe.
/// </summary>
/// <example>
/// <code>
/// new TableSql
/// {
///     RowsName = "clicks", Order = new("at", OrderForm.TimestampWithZone),
///     FirstPage = "SELECT id, at, user_id FROM clicks WHERE at &lt; now() - interval '1 minute' ORDER BY at, id LIMIT @limit",
///     NextPage = "SELECT id, at, user_id FROM clicks WHERE (at, id) > (@order, @id) AND at &lt; now() - interval '1 minute' "
///         + "ORDER BY at, id LIMIT @limit",
/// }
/// </code>
/// </example>
public sealed class TableSql : TablePages
{
    /// <summary>The name of the rows in positions and messages: for example that of the table.</summary>
    public required string RowsName { get; init; }

    /// <summary>The statement of the first page. Its parameter is <c>@limit</c>, the number of rows.</summary>
    public required string FirstPage { get; init; }

    /// <summary>
    /// The statement of the page behind a key. Its parameters are <c>@limit</c>, <c>@id</c>, and <c>@order</c> where there is an order.
    /// </summary>
    public required string NextPage { get; init; }

    /// <summary>What precedes the names of parameters when they are added to a command. Default "@".</summary>
    public string ParameterPrefix { get; init; } = "@";

    internal override string Name => RowsName ?? "";

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RequireName(errors, nameof(RowsName), RowsName);
        RequireParameters(errors, nameof(FirstPage), FirstPage, "limit");
        RequireParameters(errors, nameof(NextPage), NextPage, Order is null ? ["limit", "id"] : ["limit", "id", "order"]);
    }

    internal override PageStatements Statements() => new()
    {
        Name = Name,
        First = FirstPage,
        Next = NextPage,
        Order = Order,
        Id = Id,
        OrderResult = Order?.Column,
        IdResult = Id,
        ParameterName = name => ParameterPrefix + name,
    };

    private void RequireParameters(OptionErrors errors, string name, string? statement, params ReadOnlySpan<string> parameters)
    {
        foreach (var parameter in parameters)
        {
            errors.Require(statement?.Contains(ParameterPrefix + parameter, StringComparison.OrdinalIgnoreCase) == true, name,
                $"has no parameter {ParameterPrefix}{parameter}.");
        }
    }
}
