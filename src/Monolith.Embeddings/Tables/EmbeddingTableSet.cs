using System.Diagnostics;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>The tables of a model, under one seed and one memory limit. Thread-safe.</summary>
/// <example>
/// <code>
/// using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1L &lt;&lt; 28 });
/// var items = tables["items"];
/// Console.WriteLine($"{items.Count} rows of {items.RowBytes} bytes, {tables.MemoryBytes} bytes in all");
/// </code>
/// </example>
[DebuggerDisplay("{Tables.Count} tables, {MemoryBytes} of {MemoryLimitBytes} bytes")]
public sealed partial class EmbeddingTableSet : TableSet, IDisposable
{
    private readonly TableMemory _memory;
    private readonly EmbeddingTable[] _tables;
    private readonly EmbeddingTableOptions[] _made;

    /// <summary>Creates empty tables.</summary>
    /// <param name="schema">What they hold.</param>
    /// <param name="options">Seed and memory limit; the defaults where null.</param>
    /// <param name="timeProvider">
    /// The clock that event times are held against, and of expiry policies that read the wall clock; the system's where null.
    /// </param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    /// <exception cref="ArgumentException">
    /// The memory limit is too small for this many tables, an initial capacity does not fit under the memory limit, an optimizer of your
    /// own wants a state that no row can have, or a plug-in of your own has a name that no file can hold; the message holds the numbers.
    /// </exception>
    public EmbeddingTableSet(TableSchema schema, EmbeddingTableSetOptions? options = null, TimeProvider? timeProvider = null)
        : this(
            Validated(schema), (options is null ? new() : Validated(options)).Copy(), timeProvider, schema.Fingerprint, schema.Describe(),
            isScratch: false)
    {
    }

    private EmbeddingTableSet(
        TableSchema schema, EmbeddingTableSetOptions options, TimeProvider? timeProvider, ulong fingerprint,
        IReadOnlyList<SchemaPart> description, bool isScratch)
        : base(schema, options, timeProvider)
    {
        (Fingerprint, Description) = (fingerprint, description);
        if (!isScratch && CompiledCode.EmulatesFusedMultiplyAdd) options.Logger?.CodeIsSlow();
        // What the caller changes later changes nothing here.
        _made = [.. schema.Tables.Select(table => table.Copy())];
        _memory = new TableMemory(new TableSchema(_made), options);
        _tables = new EmbeddingTable[_made.Length];
        try
        {
            for (var i = 0; i < _tables.Length; i++) _tables[i] = new EmbeddingTable(_made[i], options, _memory, timeProvider, isScratch);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The tables, in the order of the schema.</summary>
    public IReadOnlyList<EmbeddingTable> Tables => _tables;

    /// <summary>The native memory that the tables have now, in bytes, admission counters included.</summary>
    public override long MemoryBytes => _memory.Account.Bytes + _tables.Sum(table => table.UnaccountedBytes);

    /// <summary>How much the tables may have, in bytes.</summary>
    public long MemoryLimitBytes => _memory.Account.LimitBytes;

    /// <summary>The number of rows in all tables.</summary>
    public long Count => _tables.Sum(table => table.Count);

    /// <summary>The schema's fingerprint when the tables were made: options that are changed later do not change them.</summary>
    internal ulong Fingerprint { get; }

    /// <summary>What the tables were made of, part by part, for messages.</summary>
    internal IReadOnlyList<SchemaPart> Description { get; }

    /// <summary>The table of a name.</summary>
    /// <param name="name">A name from the schema.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the names.</exception>
    public EmbeddingTable this[string name] => Array.Find(_tables, table => table.Name == name)
        ?? throw new KeyNotFoundException($"There is no table '{name}'; known: {string.Join(", ", _tables.Select(t => $"'{t.Name}'"))}.");

    /// <summary>Evicts in every table, one after the other, see <see cref="EmbeddingTable.Evict"/>.</summary>
    /// <param name="cancellationToken">Stops between two slices; the next call goes on, see <see cref="EmbeddingTable.Evict"/>.</param>
    /// <returns>How many rows were removed.</returns>
    public long Evict(CancellationToken cancellationToken = default)
    {
        var removed = 0L;
        foreach (var table in _tables) removed += table.Evict(cancellationToken);
        return removed;
    }

    /// <summary>Tables that never hold a row, and that no meter shows.</summary>
    internal static EmbeddingTableSet CreateRowless(TableSchema schema, EmbeddingTableSetOptions options, TimeProvider? timeProvider)
    {
        OptionErrors.ThrowIfInvalid(schema);
        var tables = new TableSchema([.. schema.Tables.Select(table => table.Copy())]);
        foreach (var table in tables.Tables) table.InitialCapacity = 0;
        return new EmbeddingTableSet(tables, options, timeProvider, schema.Fingerprint, schema.Describe(), isScratch: true);
    }

    /// <summary>
    /// Empty tables of the same options, with as much memory of their own, that no meter shows: to see whether a snapshot can be restored.
    /// </summary>
    /// <exception cref="ArgumentException">An option that plug-ins share was changed since the tables were made.</exception>
    internal EmbeddingTableSet CreateScratch()
    {
        var tables = new TableSchema([.. _made.Select(table => table.Copy())]);
        foreach (var table in tables.Tables) table.InitialCapacity = 0;
        // A commit has the rows of its parts too, which are of other ranges.
        var options = Options.Copy();
        options.Range = null;
        return new EmbeddingTableSet(tables, options, Time, Fingerprint, Description, isScratch: true);
    }

    /// <summary>Disposes every table.</summary>
    public void Dispose()
    {
        foreach (var table in _tables) table?.Dispose();
    }

    private static T Validated<T>(T options)
        where T : IValidatedOptions
    {
        OptionErrors.ThrowIfInvalid(options);
        return options;
    }
}
