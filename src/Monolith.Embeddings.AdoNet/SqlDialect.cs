using Monolith.Embeddings.AdoNet.Dialects;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// How a database writes what <see cref="TableColumns"/> needs. Derive from it for a database that is not here. Immutable; thread-safe.
/// </summary>
public abstract class SqlDialect
{
    /// <summary>SQLite 3.15 and later.</summary>
    public static SqlDialect Sqlite { get; } = new SqliteDialect();

    /// <summary>PostgreSQL 13 and later.</summary>
    public static SqlDialect PostgreSql { get; } = new PostgreSqlDialect();

    /// <summary>The name of a table or a column as an identifier, whatever characters it has.</summary>
    /// <param name="name">The name as the database keeps it, not empty and without a zero character.</param>
    public abstract string Quote(string name);

    /// <summary>The clause behind ORDER BY that limits the rows.</summary>
    /// <param name="parameter">The parameter of the number of rows, as the statement writes it.</param>
    public abstract string Limit(string parameter);

    /// <summary>
    /// What the database's clock shows less a lag, in the form of a column; fractions of its unit go towards the past. Null where the
    /// database has no such form.
    /// </summary>
    /// <param name="form">One of the forms of a time.</param>
    /// <param name="lag">How long ago; 0 or more.</param>
    public abstract string? Earlier(OrderForm form, TimeSpan lag);

    /// <summary>A parameter as the statement writes it. Default: behind an at sign.</summary>
    /// <param name="name">Its name: letters alone.</param>
    public virtual string Parameter(string name) => "@" + name;

    /// <summary>
    /// The condition that a row comes behind a key of two columns, such that an index on both is sought. Default: by comparisons of one
    /// column, of which an index is sought by the first.
    /// </summary>
    /// <param name="order">The first column.</param>
    /// <param name="id">The second.</param>
    /// <param name="orderValue">The key's first value.</param>
    /// <param name="idValue">The key's second value.</param>
    public virtual string Behind(string order, string id, string orderValue, string idValue) =>
        $"({order} >= {orderValue} AND ({order} > {orderValue} OR {id} > {idValue}))";

    /// <summary>The expression by which a value of a form is read. Default: the column itself.</summary>
    /// <param name="column">The column, quoted.</param>
    /// <param name="form">What it holds.</param>
    public virtual string Read(string column, OrderForm form) => column;

    /// <summary>
    /// The expression of the column's own type for a parameter of a form. A parameter of a <see cref="OrderForm.Transaction"/> is a number
    /// of 64 bits. Default: the parameter itself.
    /// </summary>
    /// <param name="parameter">The parameter, as the statement writes it.</param>
    /// <param name="form">What the column holds.</param>
    public virtual string Value(string parameter, OrderForm form) => parameter;
}
