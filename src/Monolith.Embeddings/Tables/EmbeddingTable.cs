using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Eviction;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;
using Monolith.Embeddings.Tables.Stripes;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// A collisionless embedding table: every id owns its row, and any of the 2^64 ids is legal. Rows live in native memory, are created for
/// ids that the admission filter lets in, learn by <c>ApplyGradients</c>, and are removed by <see cref="Evict"/> when they are stale.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe: any verb from any thread at any time. A row is never read half-written. A batch is not atomic as a whole: its rows are
/// locked a stripe at a time. Spans passed in belong to the caller and are used during the call alone.
/// </para>
/// <para>
/// Verbs take any number of ids. Weights are rows of <see cref="Dimension"/> floats, the segments side by side, in the order of the ids; an
/// id may be repeated, and is then served in the order of the batch. In steady state a batch allocates nothing.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// long[] ids = [7, 42];
/// var rows = new float[ids.Length * items.Dimension];
/// // Ids without a row are counted, and get one once they are admitted.
/// items.LookupOrAdmit(ids, [], rows, eventTime: DateTimeOffset.UtcNow);
/// var gradients = new float[rows.Length];
/// items.ApplyGradients(ids, gradients, [], eventTime: DateTimeOffset.UtcNow);
/// var found = items.Lookup(ids, rows);
/// </code>
/// </example>
[DebuggerDisplay("{Name}: {Count} rows of {Dimension}")]
public sealed partial class EmbeddingTable : IDisposable
{
    private readonly TableStripes _stripes;
    private readonly TableRules _rules;
    private readonly TableResources _resources;
    private readonly TableClock _clock;
    private readonly TableCuts _cuts;
    private readonly RowRestore _restore;
    private readonly BatchRunner _runner;
    private readonly AdmittingBatches _admitting;
    private readonly ExpiryEviction _expiring;
    private readonly LimitEviction? _evicting;
    private readonly ExpiryPolicy? _expiry;
    private readonly EvictionPolicy? _eviction;
    private readonly ILogger _log;
    private readonly HourlyGate _fullGate;
    private readonly NonFiniteGradients _nonFiniteGradients;

    /// <summary>Creates a table on its own, with a memory limit of its own.</summary>
    /// <param name="options">What it holds.</param>
    /// <param name="setOptions">Seed and memory limit; the defaults where null.</param>
    /// <param name="timeProvider">
    /// The clock that event times are held against, and of expiry policies that read the wall clock; the system's where null.
    /// </param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    /// <exception cref="ArgumentException">
    /// The initial capacity does not fit under the memory limit, an optimizer of your own wants a state that no row can have, or a plug-in
    /// of your own has a name that no file can hold; the message holds the numbers.
    /// </exception>
    public EmbeddingTable(EmbeddingTableOptions options, EmbeddingTableSetOptions? setOptions = null, TimeProvider? timeProvider = null)
        : this(Validated(options), Validated(setOptions ??= new()), new TableMemory(new TableSchema([options]), setOptions), timeProvider)
    {
    }

    internal EmbeddingTable(
        EmbeddingTableOptions options, EmbeddingTableSetOptions setOptions, TableMemory memory, TimeProvider? timeProvider,
        bool isScratch = false)
    {
        var time = timeProvider ?? TimeProvider.System;
        (Name, Traits, _nonFiniteGradients) = (options.Name, options.Traits, options.NonFiniteGradients);
        (_log, _fullGate) = (setOptions.Logger ?? NullLogger.Instance, new HourlyGate(time));
        _expiry = options.Expiry?.Create(Traits);
        _eviction = options.AtLimit?.Create();
        _rules = new TableRules(options, setOptions.Seed);
        _resources = memory.ResourcesFor(options, _rules.Layout);
        _clock = new TableClock(Name, setOptions.EventTimesBy(time), time, _log, _expiry is not null, _resources.IsPart);
        var gate = new TableGate(Name, memory.MostRetiredBytes);
        var (changes, refusals) = (new ChangeClock(options.RenumberChangesAt), new RefusalLog(Name, _log, time));
        if (!_resources.IsPart) RequireFits(options.InitialCapacity);
        try
        {
            _stripes = new TableStripes(
                _rules, _resources, changes, gate, refusals, stripe => options.Admission?.Create(FilterContext(stripe, setOptions.Seed)),
                options.InitialCapacity);
            if (_stripes[0].Filter.Plugin is { } filter) FilterName = NameOf(filter);
        }
        catch
        {
            _stripes?.Dispose();
            _resources.Rows.KeepNone();
            throw;
        }
        _cuts = new TableCuts(_stripes, changes, _resources.MostLogBytes);
        _restore = new RowRestore(Name, _resources.Range, _rules, _resources.Rows, _stripes, _cuts, refusals);
        _runner = new BatchRunner(Name, _resources.Range, _stripes, _rules.HashMask, refusals);
        _expiring = new ExpiryEviction(_expiry, _rules, _stripes, _cuts, _clock);
        if (_eviction is not null) _evicting = new LimitEviction(Name, _eviction, _rules, _resources, _stripes, _runner, _expiring, _clock);
        _admitting = new AdmittingBatches(Name, _resources, gate, _runner, _expiring, _evicting, TellFull);
        if (_resources.IsPart) Part = new TablePart(this);
        Collected = new CollectedStatistics(Name, TryGetStatistics, time);
        if (!isScratch) TableMeter.Add(Collected);
    }

    /// <summary>The name, unique in its set.</summary>
    public string Name { get; }

    /// <summary>How many weights a row has, all segments together.</summary>
    public int Dimension => _rules.Layout.Dimension;

    /// <summary>The bytes of a row in memory: header, weights and optimizer state.</summary>
    public int RowBytes => _rules.Layout.RowBytes;

    /// <summary>
    /// The number of rows, with those that an eviction under way has yet to reclaim. While other threads write, a number that was true
    /// stripe by stripe.
    /// </summary>
    public long Count => _stripes.Rows;

    /// <summary>
    /// How many rows fit, by the options alone: the lower of <see cref="EmbeddingTableOptions.MaxRows"/> and what the set's memory limit
    /// allows while no other table of the set has rows, or an <see cref="EmbeddingTableOptions.InitialCapacity"/>.
    /// </summary>
    public long RowLimit => _resources.Rows.Limit;

    /// <summary>How many rows were removed, whatever the cause, since the table was made.</summary>
    internal long RemovedRows => _resources.Rows.Removed;

    internal TableRules Rules => _rules;

    /// <summary>What policies may know about the table.</summary>
    internal TableTraits Traits { get; }

    /// <summary>The name of the admission filter; null where there is none.</summary>
    internal string? FilterName { get; }

    /// <summary>What the meter shows.</summary>
    internal CollectedStatistics Collected { get; }

    /// <summary>
    /// Waits for the verbs under way and frees all memory; verbs afterwards throw <see cref="ObjectDisposedException"/>. A table that is
    /// never disposed frees its memory when the garbage collector finds it.
    /// </summary>
    public void Dispose()
    {
        if (!_stripes.Gate.TryClose()) return;
        TableMeter.Remove(Collected);
        _stripes.Dispose();
        _stripes.Gate.Reclaimer.Dispose();
        _resources.Rows.KeepNone();
    }

    /// <summary>How many stripes the memory limit allows, of those that the options ask for.</summary>
    internal int StripeCount => _stripes.Count;

    /// <summary>How many there would be of all ids.</summary>
    internal int AllStripes => _resources.AllStripes;

    /// <summary>The place of the first stripe among <see cref="AllStripes"/>; 0 unless the table owns a range.</summary>
    internal int FirstStripe => _resources.FirstStripe;

    private static T Validated<T>(T options)
        where T : IValidatedOptions
    {
        OptionErrors.ThrowIfInvalid(options);
        return options;
    }

    private string NameOf(AdmissionFilter filter) =>
        StoredNames.Require(filter.Name, $"admission filter {filter.GetType().Name} of table '{Name}'", StoredLimits.PlugInNameBytes);

    private void RequireFits(long capacity)
    {
        if (!_resources.Rows.TryKeep(capacity))
            throw new ArgumentException(
                $"Table '{Name}': an initial capacity of {capacity} rows at {_resources.Rows.BytesPerRow} bytes does not fit; the limit "
                + $"allows {_resources.Rows.Free} rows beside what other tables keep. "
                + $"Lower {nameof(EmbeddingTableOptions.InitialCapacity)} or raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)}.");
    }

    private void TellFull()
    {
        if (_fullGate.TryEnter()) _log.IsFull(Name, Count, RowLimit);
    }

    private AdmissionContext FilterContext(int stripe, ulong seed) =>
        new(seed, Name, stripe, _resources.AllStripes, _resources.FilterMaps, _resources.Account);
}
