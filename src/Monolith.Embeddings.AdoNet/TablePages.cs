using Monolith.Embeddings.AdoNet.Paging;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// Which rows a <see cref="TableSource{TRecord}"/> reads, and by which keys: by a table and its columns (<see cref="TableColumns"/>), or by
/// statements of your own (<see cref="TableSql"/>). Immutable.
/// </summary>
public abstract class TablePages : IValidatedOptions
{
    // A character takes up to three bytes.
    private const int MaxNames = (LogPosition.MaxLogBytes / 3) - 8;

    private protected TablePages()
    {
    }

    /// <summary>
    /// The column of ids: whole numbers of up to 64 bits without nulls, unique among rows of one <see cref="Order"/>. Default "id".
    /// </summary>
    public string Id { get; init; } = "id";

    /// <summary>The column that rows are ordered by before their id; null (the default) to order them by their id alone.</summary>
    public TableOrder? Order { get; init; }

    /// <summary>The name of the table in positions and messages.</summary>
    internal abstract string Name { get; }

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        RequireName(errors, nameof(Id), Id);
        if (Order is not null) RequireName(errors, nameof(Order), Order.Column);
        errors.Require(Order is null || Order.Column != Id, nameof(Order),
            $"'{Id}' is the id as well, which breaks ties by itself. Set no order to order by the id alone.");
        var length = Name.Length + (Order?.Column?.Length ?? 0);
        errors.Require(length <= MaxNames, "Table", $"The names have {length} characters together; positions hold up to {MaxNames}.");
    }

    internal abstract PageStatements Statements();

    private protected static void RequireName(OptionErrors errors, string name, string? value) => errors.Require(
        !string.IsNullOrEmpty(value) && !value.Contains('\0', StringComparison.Ordinal), name, "is empty, or holds a zero character.");
}
