using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// The tables of an <see cref="EmbeddingTableSet"/>, by name. Not to be changed once a set was made of it; then thread-safe.
/// </summary>
public class TableSchema : IValidatedOptions
{
    /// <summary>The largest number of tables: 512.</summary>
    public const int MaxTables = StoredLimits.Tables;

    /// <summary>Creates a schema.</summary>
    /// <param name="tables">Each table's options, 1 to <see cref="MaxTables"/>; names unique.</param>
    public TableSchema(IReadOnlyList<EmbeddingTableOptions> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        Tables = tables;
    }

    /// <summary>Each table's options, in the order in which <see cref="EmbeddingTableSet"/> holds the tables.</summary>
    public IReadOnlyList<EmbeddingTableOptions> Tables { get; }

    /// <summary>64 bits over everything that decides the shape and meaning of rows. Files carry it, and a mismatch is refused.</summary>
    public virtual ulong Fingerprint => new TableFingerprint("monolith-tables-1", Tables).Hash;

    /// <summary>What it is made of, part by part, for messages.</summary>
    internal virtual List<SchemaPart> Describe() => [.. Tables.SelectMany(SchemaPart.Of)];

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
        errors.Require(Tables.Count > 0, nameof(Tables), "is empty; a set needs at least one table.");
        errors.Require(Tables.Count <= MaxTables, nameof(Tables), $"has {Tables.Count} tables; a set has at most {MaxTables}.");
        for (var i = 0; i < Tables.Count; i++) errors.Nested($"{nameof(Tables)}[{i}]", Tables[i]);
        foreach (var group in Tables.Where(t => t is not null).GroupBy(t => t.Name).Where(g => g.Count() > 1))
            errors.Add(nameof(Tables), $"{group.Count()} tables are called '{group.Key}'; names are unique in a set.");
    }
}
