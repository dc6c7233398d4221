using System.Runtime.CompilerServices;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Tables.Stripes;

internal sealed partial class Stripe
{
    private readonly NativeRing<RemovedRow> _removals;
    private readonly LookupSamples _samples;

    /// <summary>Remembers that a lookup asked for an id that <see cref="LookupSamples.IsSampled"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Sample(long id) => _samples.Add(id, _counters.LookedUp);

    /// <summary>The newest removal of an id, as far as it is remembered.</summary>
    public RowRemoval? LastRemoval(long id)
    {
        for (var age = 0; age < _removals.Count; age++)
        {
            ref readonly var removed = ref _removals[age];
            if (removed.Id == id) return new RowRemoval
            {
                Cause = removed.Cause,
                EventTime = removed.EventTime,
                ClockTime = removed.ClockTime,
                LastUpdate = removed.LastUpdate
            };
        }
        return null;
    }

    /// <summary>Adds to a forecast what the stripe's sample says about it.</summary>
    /// <param name="tally">Adds it up.</param>
    /// <param name="goes">Says whether a row, given with its mixed id, would go.</param>
    public void Forecast(ForecastTally tally, Func<Row, ulong, bool> goes)
    {
        tally.Lookups += _samples.Lookups(_counters.LookedUp);
        for (var age = 0; age < _samples.Count; age++)
        {
            var id = _samples[age];
            tally.AddSample(id, isMissed: TryFind(id, _index.HashOf(id), out var row) && goes(row, MixedKey(id)));
        }
    }

    private void Remember(int handle, RemovalCause cause, in ExpiryTime now)
    {
        var row = _rows[handle];
        _removals.Add(new RemovedRow(row.Key, row.LastUpdate, now.NewestEvent, now.Clock, cause));
        _counters.CountRemoval(cause);
    }

    // The memory would keep no more than its size of them anyway.
    private void RememberExpired(ReadOnlySpan<int> handles, in ExpiryTime now)
    {
        foreach (var handle in handles[Math.Max(0, handles.Length - _removals.Capacity)..])
        {
            var row = _rows[handle];
            _removals.Add(new RemovedRow(row.Key, row.LastUpdate, now.NewestEvent, now.Clock, RemovalCause.Expired));
        }
        _counters.Expired += handles.Length;
    }

    // As above. What an eviction has killed and not yet reclaimed was expired before.
    private void RememberAll(in ExpiryTime now)
    {
        var (remembered, expired) = (Math.Max(0, _rows.Count - _removals.Capacity), 0);
        for (var handle = _pass is null ? remembered : 0; handle < _rows.Count; handle++)
        {
            var row = _rows[handle];
            var isDead = IsDead(row);
            expired += isDead ? 1 : 0;
            if (handle < remembered) continue;
            ref readonly var time = ref isDead ? ref _pass!.Now : ref now;
            _removals.Add(new RemovedRow(row.Key, row.LastUpdate, time.NewestEvent, time.Clock, isDead ? RemovalCause.Expired : RemovalCause.Cleared));
        }
        _counters.Expired += expired;
        _counters.Cleared += _rows.Count - expired;
    }
}
