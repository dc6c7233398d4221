using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>The stripes of a table behind its gate: which one an id is in, and how calls go through them one by one. Thread-safe.</summary>
internal sealed class TableStripes : IDisposable
{
    /// <summary>The most rows of a slice.</summary>
    public const int MostSliceRows = 2048;

    private const int FewestSliceRows = 64;
    private const int SliceBytes = 1 << 20;

    private readonly Stripe[] _stripes;
    private readonly ulong _hashMask;
    private readonly int _first;

    /// <param name="rules">What stripes have in common.</param>
    /// <param name="resources">How many there are, and what memory they may take.</param>
    /// <param name="changes">Numbers the changes.</param>
    /// <param name="gate">Stands above them.</param>
    /// <param name="refusals">Told what is refused for its numbers.</param>
    /// <param name="filterOf">Makes the admission filter of a stripe, by its place among those of all ids, or none.</param>
    /// <param name="capacity">How many rows to have room for from the start, in the stripes of all ids together.</param>
    public TableStripes(
        TableRules rules, TableResources resources, ChangeClock changes, TableGate gate, RefusalLog refusals,
        Func<int, AdmissionFilter?> filterOf,
        long capacity)
    {
        (_stripes, _hashMask, Gate) = (new Stripe[resources.Plan.Stripes], rules.HashMask, gate);
        (AllCount, _first) = (resources.AllStripes, resources.FirstStripe);
        SliceRows = Math.Clamp(SliceBytes / rules.Layout.RowBytes, FewestSliceRows, MostSliceRows);
        // A stripe's share of random ids varies; 1/16 more than the mean makes growth at once unlikely.
        var share = capacity / AllCount;
        try
        {
            for (var i = 0; i < _stripes.Length; i++)
            {
                var place = (double)(_first + i) / AllCount;
                _stripes[i] = new Stripe(
                    rules, resources, changes, gate.Reclaimer, filterOf(_first + i), refusals, place, (int)(share + share / 16));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Stands above the stripes.</summary>
    public TableGate Gate { get; }

    public int Count => _stripes.Length;

    /// <summary>How many there would be of all ids; more where the table owns a range.</summary>
    public int AllCount { get; }

    /// <summary>All of them, in order. Not to be changed.</summary>
    public Stripe[] All => _stripes;

    /// <summary>
    /// About how many rows are looked at under one lock: so few that no thread waits for long, also where all of them go and others move.
    /// </summary>
    public int SliceRows { get; }

    /// <summary>The number of rows. While other threads write, a number that was true stripe by stripe.</summary>
    public long Rows
    {
        get
        {
            var rows = 0L;
            foreach (var stripe in _stripes) rows += stripe.Rows.Count;
            return rows;
        }
    }

    public Stripe this[int stripe] => _stripes[stripe];

    /// <summary>The mixed id.</summary>
    public ulong HashOf(long id) => KeyMixer.Mix(unchecked((ulong)id)) & _hashMask;

    /// <summary>The stripe of a mixed id.</summary>
    public Stripe Of(ulong hash) => _stripes[StripeChoice.Of(hash, AllCount) & (_stripes.Length - 1)];

    /// <summary>The place of the stripe of a mixed id; of one outside the table's range, the nearest.</summary>
    public int PlaceOf(ulong hash) => Math.Clamp(StripeChoice.Of(hash, AllCount) - _first, 0, _stripes.Length - 1);

    /// <summary>Does something with a stripe while it is locked.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void InLock(Stripe stripe, Action<Stripe> action)
    {
        Gate.EnterShared();
        try
        {
            lock (stripe.Lock) action(stripe);
        }
        finally
        {
            Gate.ExitShared();
        }
    }

    /// <summary>Does something with each stripe while it is locked, one after the other behind one opening of the gate.</summary>
    /// <param name="action">Is called for each stripe.</param>
    /// <param name="last">Is called after the last stripe, before the gate is left.</param>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public void InEachLock(Action<Stripe> action, Action? last = null)
    {
        Gate.EnterShared();
        try
        {
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock) action(stripe);
            }
            last?.Invoke();
        }
        finally
        {
            Gate.ExitShared();
        }
    }

    /// <summary>How many ids the filters count, without those that a pass has forgotten.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public long CountPending()
    {
        Gate.EnterShared();
        try
        {
            var pending = 0L;
            foreach (var stripe in _stripes)
            {
                lock (stripe.Lock) pending += stripe.Filter.CountPending();
            }
            return pending;
        }
        finally
        {
            Gate.ExitShared();
        }
    }

    /// <summary>Visits all stripes, a slice of rows at a time, until each slice's cursor is at 0; it begins beyond the last row.</summary>
    /// <remarks>
    /// Two stripes at a time, by turns: a lock that is taken again at once would not let in those who wait, and more stripes would push
    /// each other's index out of the cache. Against the order of batches: a batch that went the same way would wait at one stripe after the
    /// other.
    /// </remarks>
    public void ForEachSlice<TSlice>(ref TSlice slice, CancellationToken cancellationToken = default)
        where TSlice : struct, IStripeSlice
    {
        for (var upper = _stripes.Length - 1; upper >= 0; upper -= 2)
        {
            var lower = Math.Max(0, upper - 1);
            var (above, below) = (int.MaxValue, lower == upper ? 0 : int.MaxValue);
            while ((above | below) != 0)
            {
                VisitSlice(ref slice, _stripes[upper], ref above, cancellationToken);
                VisitSlice(ref slice, _stripes[lower], ref below, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Shows every row that is there throughout, exactly once, while its stripe is locked; those that are dead by an eviction are none.
    /// </summary>
    /// <param name="look">Is shown a row.</param>
    /// <param name="cancellationToken">Stops between two slices.</param>
    /// <param name="leave">Called for each stripe behind its last row, while it is still locked.</param>
    public void ForEachRow(Action<Row> look, CancellationToken cancellationToken, Action<Stripe>? leave = null)
    {
        Walk((stripe, cursor) =>
        {
            var taken = stripe.Rows.Take(cursor, SliceRows);
            for (var handle = cursor.Position; handle < cursor.Position + taken; handle++)
            {
                var row = stripe.Rows[handle];
                if (!stripe.Pass.IsDead(row)) look(row);
            }
            if (!cursor.IsOpen) leave?.Invoke(stripe);
        }, cancellationToken);
    }

    /// <summary>Goes through all stripes with a cursor, a slice of each at a time, which is locked meanwhile.</summary>
    /// <param name="step">Takes the next rows of a stripe; the stripe is done when the cursor is not open.</param>
    /// <param name="cancellationToken">Stops between two slices.</param>
    public void Walk(Action<Stripe, RowCursor> step, CancellationToken cancellationToken = default)
    {
        var cursor = new RowCursor();
        try
        {
            foreach (var stripe in _stripes)
            {
                do
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    InLock(stripe, locked => step(locked, cursor));
                }
                while (cursor.IsOpen);
            }
        }
        finally
        {
            cursor.Abandon();
        }
    }

    /// <summary>Gives back memory of stripes that have lost rows.</summary>
    public void TrimExcess()
    {
        foreach (var stripe in _stripes)
        {
            InLock(stripe, locked =>
            {
                var epoch = Gate.Reclaimer.Enter();
                try
                {
                    locked.Rows.TrimExcess();
                }
                finally
                {
                    Gate.Reclaimer.Exit(epoch);
                }
            });
        }
    }

    public void Dispose()
    {
        foreach (var stripe in _stripes) stripe?.Dispose();
    }

    private void VisitSlice<TSlice>(ref TSlice slice, Stripe stripe, ref int cursor, CancellationToken cancellationToken)
        where TSlice : struct, IStripeSlice
    {
        if (cursor == 0) return;
        cancellationToken.ThrowIfCancellationRequested();
        Gate.EnterShared();
        try
        {
            lock (stripe.Lock) slice.Visit(stripe, SliceRows, ref cursor);
        }
        finally
        {
            Gate.ExitShared();
        }
        slice.Rest();
    }
}
