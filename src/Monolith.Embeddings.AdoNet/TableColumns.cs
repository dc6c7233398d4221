using Monolith.Embeddings.AdoNet.Paging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// Rows of a table, some of its columns. The statements are made of them: names are quoted, so that they are as the database keeps them
/// (PostgreSQL keeps <c>CREATE TABLE Clicks</c> as <c>clicks</c>). Make an index on <see cref="TablePages.Order"/> and
/// <see cref="TablePages.Id"/> together; without one each page sorts the table.
/// </summary>
/// <example>
/// <code>
/// new TableColumns
/// {
///     Dialect = SqlDialect.PostgreSql, Table = "clicks", Columns = ["user_id", "item_id", "clicked"],
///     Order = new("tx", OrderForm.Transaction), Horizon = new TransactionHorizon(),
/// }
/// </code>
/// </example>
public sealed class TableColumns : TablePages
{
    /// <summary>How the database writes things.</summary>
    public required SqlDialect Dialect { get; init; }

    /// <summary>The schema of the table; null (the default) for the one that the connection finds it in.</summary>
    public string? Schema { get; init; }

    /// <summary>The table or the view.</summary>
    public required string Table { get; init; }

    /// <summary>
    /// The columns that the mapping or the encoder sees, in this order: the first is column 0 of the row. Those of the key follow them,
    /// under the names <c>key_order</c> and <c>key_id</c>.
    /// </summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>
    /// How far the table can be read without losing rows that appear later. There is no default: the choice is the user's.
    /// </summary>
    public required SafeHorizon Horizon { get; init; }

    internal override string Name => Schema is null ? Table ?? "" : $"{Schema}.{Table}";

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        RequireName(errors, nameof(Table), Table);
        if (Schema is not null) RequireName(errors, nameof(Schema), Schema);
        errors.Require(Dialect is not null, nameof(Dialect), "is null, but a value is needed.");
        errors.Require(Horizon is not null, nameof(Horizon), "is null, but a value is needed.");
        errors.Require(Columns is { Count: > 0 }, nameof(Columns), "is empty; name the columns that the mapping reads.");
        foreach (var column in Columns ?? []) RequireName(errors, nameof(Columns), column);
        if (errors.Errors.Count > 0) return;
        Horizon!.CollectErrors(new TableStatements(this).Keys, errors);
    }

    internal override PageStatements Statements() => new TableStatements(this).Make();
}
