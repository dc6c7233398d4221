using Monolith.Embeddings.AdoNet.Horizons;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// How far a table can be read: no row may appear any more before a row that was read. Rows get their keys before their transactions
/// commit, and transactions do not commit in the order of the keys of their rows. Derive from it for a horizon of your own. Immutable;
/// thread-safe.
/// </summary>
public abstract class SafeHorizon
{
    /// <summary>
    /// No horizon. Right only where rows become visible in the order of their keys: one writer at a time gives and commits them, as in
    /// SQLite with ids that the database gives, or the table does not change while it is read. Elsewhere rows are lost.
    /// </summary>
    public static SafeHorizon None { get; } = new NoHorizon();

    /// <summary>
    /// The condition that is true of rows within the horizon, as SQL; null where all are. It stands in the statement that reads the page,
    /// so that both see the same state of the database at any isolation level.
    /// </summary>
    /// <param name="columns">The columns that rows are ordered by.</param>
    public abstract string? Condition(KeyColumns columns);

    /// <summary>
    /// An expression, as SQL, that is greater than the order of any row there can be: a whole number. A position that lies at it or behind
    /// is of another database, and refused. Default null: nothing is known.
    /// </summary>
    /// <param name="columns">The columns that rows are ordered by.</param>
    public virtual string? Ceiling(KeyColumns columns) => null;

    /// <summary>Adds what is wrong with this horizon for a table. Default: nothing.</summary>
    /// <param name="columns">The columns that rows are ordered by.</param>
    /// <param name="errors">Receives it, under the names of the properties of <see cref="TableColumns"/>.</param>
    public virtual void CollectErrors(KeyColumns columns, OptionErrors errors)
    {
    }
}
