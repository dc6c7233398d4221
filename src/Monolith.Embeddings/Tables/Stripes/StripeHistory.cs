using System.Runtime.CompilerServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// What happened in a stripe: counters, the newest removals, and the newest lookups of sampled ids. The stripe's lock covers it.
/// </summary>
internal sealed class StripeHistory : IDisposable
{
    private readonly NativeRing<RemovedRow> _removals;
    private readonly LookupSamples _samples;
    private readonly RefusalLog _refusals;
    private StripeCounters _counters;

    /// <param name="sizes">How much is remembered.</param>
    /// <param name="account">Pays for the memory.</param>
    /// <param name="refusals">Told what is refused for its numbers.</param>
    public StripeHistory(HistorySizes sizes, MemoryAccount account, RefusalLog refusals)
    {
        _refusals = refusals;
        _removals = new NativeRing<RemovedRow>(sizes.Removals, account);
        try
        {
            _samples = new LookupSamples(sizes.Samples, account);
        }
        catch
        {
            _removals.Dispose();
            throw;
        }
    }

    public ref StripeCounters Counters => ref _counters;

    /// <summary>Is told of each removal as well; null where that is not needed.</summary>
    public TableAudit? Audit { get; set; }

    /// <summary>How many of the next removals are remembered at most.</summary>
    public int MostRemovals => Audit is null ? _removals.Capacity : int.MaxValue;

    /// <summary>Counts a change that was refused for its numbers.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="nonFinite">What it counts as where a number is not finite.</param>
    /// <param name="id">The id.</param>
    public void Refuse(RefusalCause cause, RefusalKind nonFinite, long id) =>
        Refuse(cause == RefusalCause.Precision ? RefusalKind.PrecisionOverflow : nonFinite, id);

    /// <inheritdoc cref="Refuse(RefusalCause, RefusalKind, long)" />
    public void Refuse(RefusalKind kind, long id)
    {
        _counters.CountRefusal(kind);
        _refusals.Note(kind, id);
    }

    /// <summary>Remembers that a lookup asked for an id that <see cref="LookupSamples.IsSampled"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Sample(long id) => _samples.Add(id, _counters.LookedUp);

    /// <summary>The newest removal of an id, as far as it is remembered.</summary>
    public RowRemoval? LastRemoval(long id)
    {
        for (var age = 0; age < _removals.Count; age++)
        {
            ref readonly var removed = ref _removals[age];
            if (removed.Id != id) continue;
            return removed.ToRemoval(policy: null);
        }
        return Audit?.Find(id)?.ToRemoval(policy: null);
    }

    /// <summary>Remembers a row that is about to be removed; it is counted elsewhere.</summary>
    public void Remember(Row row, RemovalCause cause, in ExpiryTime now)
    {
        _removals.Add(new RemovedRow(row.Key, row.LastUpdate, now.NewestEventSeconds, now.ClockSeconds, cause));
        Audit?.Add(new RemovedRow(row.Key, row.LastUpdate, now.NewestEventSeconds, now.ClockSeconds, cause));
    }

    /// <summary>Drops all that is remembered of an id.</summary>
    public void Forget(long id)
    {
        _removals.RemoveAll(removed => removed.Id == id);
        _samples.Forget(id);
    }

    /// <summary>Adds the ids that are remembered, as removed or as looked up, and wanted; some perhaps twice.</summary>
    public void Collect(Predicate<long> isWanted, ICollection<long> ids)
    {
        for (var age = 0; age < _removals.Count; age++)
        {
            if (isWanted(_removals[age].Id)) ids.Add(_removals[age].Id);
        }
        for (var age = 0; age < _samples.Count; age++)
        {
            if (isWanted(_samples[age])) ids.Add(_samples[age]);
        }
    }

    /// <summary>Adds to a forecast what the sample says about it.</summary>
    /// <param name="tally">Adds it up.</param>
    /// <param name="isMissed">Says whether an id has a row that would go.</param>
    public void Forecast(ForecastTally tally, Func<long, bool> isMissed)
    {
        tally.Lookups += _samples.Lookups(_counters.LookedUp);
        for (var age = 0; age < _samples.Count; age++) tally.AddSample(_samples[age], isMissed(_samples[age]));
    }

    public void AddTo(ref StatisticsTally tally)
    {
        tally.Counters.Add(in _counters);
        tally.HistoryBytes += _removals.Bytes;
        tally.OtherBytes += _samples.Bytes;
    }

    public void Dispose()
    {
        _removals.Dispose();
        _samples.Dispose();
    }
}
