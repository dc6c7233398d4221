using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// A collisionless embedding table: every id owns its row, and any of the 2^64 ids is legal. Rows live in native memory, are created for ids
/// that the admission filter lets in, learn by <c>ApplyGradients</c>, and are removed by <see cref="Evict"/> when they are stale.
/// </summary>
/// <remarks>
/// <para>Thread-safe: any verb from any thread at any time. A row is never read half-written. A batch is not atomic as a whole: its rows are
/// locked a stripe at a time. Spans passed in belong to the caller and are used during the call alone.</para>
/// <para>Verbs take any number of ids. Weights are rows of <see cref="Dimension"/> floats, the segments side by side, in the order of the ids;
/// an id may be repeated, and is then served in the order of the batch. In steady state a batch allocates nothing.</para>
/// </remarks>
[DebuggerDisplay("{Name}: {Count} rows of {Dimension}")]
public sealed partial class EmbeddingTable : IDisposable
{
    private readonly Stripe[] _stripes;
    private readonly TableRules _rules;
    private readonly TableRoom _room;
    private readonly TableGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HourlyGate _fullGate;
    private readonly RefusalLog _refusals;
    private readonly ChangeClock _changes;
    private readonly TableTraits _traits;
    private readonly ExpiryPolicy? _expiry;
    private readonly EvictionPolicy? _eviction;
    private readonly NonFiniteGradients _nonFiniteGradients;

    /// <summary>Creates a table on its own, with a memory limit of its own.</summary>
    /// <param name="options">What it holds.</param>
    /// <param name="setOptions">Seed and memory limit; the defaults where null.</param>
    /// <param name="timeProvider">The clock that event times are held against, and of expiry policies that read the wall clock; the system's where
    /// null.</param>
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
        EmbeddingTableOptions options, EmbeddingTableSetOptions setOptions, TableMemory memory, TimeProvider? timeProvider, bool isScratch = false)
    {
        Name = options.Name;
        (_time, _changes) = (timeProvider ?? TimeProvider.System, new ChangeClock(options.RenumberChangesAt));
        (_log, _fullGate) = (setOptions.Logger ?? NullLogger.Instance, new HourlyGate(_time));
        _refusals = new RefusalLog(Name, _log, _time);
        _eventTimes = setOptions.EventTimesBy(_time);
        (_events, _futureGate) = (_eventTimes.ForCalls(TellOfFault), new HourlyGate(_time));
        _rules = new TableRules(options, setOptions.Seed);
        _room = memory.RoomFor(options, _rules);
        _gate = new TableGate(Name, memory.MostRetiredBytes);
        _traits = options.Traits;
        _expiry = options.Expiry?.Create(_traits);
        _eviction = options.AtLimit?.Create();
        _nonFiniteGradients = options.NonFiniteGradients;
        if (!_room.IsPart) RequireFits(options.InitialCapacity);
        // A stripe's share of random ids varies; 1/16 more than the mean makes growth at once unlikely.
        var share = options.InitialCapacity / _room.AllStripes;
        _stripes = new Stripe[_room.Plan.Stripes];
        try
        {
            for (var i = 0; i < _stripes.Length; i++)
            {
                var stripe = FirstStripe + i;
                var filter = options.Admission?.Create(FilterContext(stripe, setOptions.Seed));
                var place = (double)stripe / _room.AllStripes;
                _stripes[i] = new Stripe(_rules, _room, _changes, _gate.Reclaimer, filter, place, (int)(share + share / 16))
                {
                    Refusals = _refusals,
                };
            }
            if (_stripes[0].Filter is { } first) FilterName = NameOf(first);
        }
        catch
        {
            foreach (var stripe in _stripes) stripe?.Dispose();
            _room.Rows.KeepNone();
            throw;
        }
        if (_room.IsPart) Part = new TablePart(this);
        Collected = new CollectedStatistics(this, _time);
        if (!isScratch) TableMeter.Add(this);
    }

    /// <summary>The name, unique in its set.</summary>
    public string Name { get; }

    /// <summary>How many weights a row has, all segments together.</summary>
    public int Dimension => _rules.Layout.Dimension;

    /// <summary>The bytes of a row in memory: header, weights and optimizer state.</summary>
    public int RowBytes => _rules.Layout.RowBytes;

    /// <summary>
    /// The number of rows, with those that an eviction under way has yet to reclaim. While other threads write, a number that was true stripe by stripe.
    /// </summary>
    public long Count
    {
        get
        {
            var count = 0L;
            foreach (var stripe in _stripes) count += stripe.Count;
            return count;
        }
    }

    /// <summary>
    /// How many rows fit, by the options alone: the lower of <see cref="EmbeddingTableOptions.MaxRows"/> and what the set's memory limit allows while no
    /// other table of the set has rows, or an <see cref="EmbeddingTableOptions.InitialCapacity"/>.
    /// </summary>
    public long RowLimit => _room.Rows.Limit;

    internal TableRules Rules => _rules;

    /// <summary>What policies may know about the table.</summary>
    internal TableTraits Traits => _traits;

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
        if (!_gate.TryClose()) return;
        TableMeter.Remove(this);
        foreach (var stripe in _stripes) stripe.Dispose();
        _gate.Reclaimer.Dispose();
        _room.Rows.KeepNone();
    }

    /// <summary>How many stripes the memory limit allows, of those that the options ask for.</summary>
    internal int StripeCount => _stripes.Length;

    /// <summary>How many there would be of all ids.</summary>
    internal int AllStripes => _room.AllStripes;

    /// <summary>The place of the first stripe among <see cref="AllStripes"/>; 0 unless the table owns a range.</summary>
    internal int FirstStripe => _room.Range.Index * _stripes.Length;

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
        if (!_room.Rows.TryKeep(capacity))
            throw new ArgumentException(
                $"Table '{Name}': an initial capacity of {capacity} rows at {_rules.BudgetBytesPerRow} bytes does not fit; the limit allows {_room.Rows.Free} rows beside what other tables keep. "
                + $"Lower {nameof(EmbeddingTableOptions.InitialCapacity)} or raise {nameof(EmbeddingTableSetOptions.MemoryLimitBytes)}.");
    }

    private AdmissionContext FilterContext(int stripe, ulong seed) =>
        new(seed, Name, stripe, _room.AllStripes, _room.FilterMaps, _room.Account);
}
