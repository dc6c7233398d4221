using System.Runtime.CompilerServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>
/// An independently locked part of a table: plain single-threaded code over an index, rows and a filter of its own. Every member but
/// the hints, <see cref="Buckets"/> and <see cref="PrefetchRows"/>, needs <see cref="Lock"/>.
/// </summary>
internal sealed partial class Stripe : IDisposable
{
    private const double MaximumFill = 0.92;

    private readonly TableRules _rules;
    private readonly TableRoom _room;
    private readonly AdmissionFilter? _filter;
    private readonly ChangeClock _changes;
    private readonly CuckooIndex _index;
    private readonly RowStore _rows;
    private int _keptCapacity;
    private StripeCounters _counters;

    /// <param name="rules">What it has in common with the others.</param>
    /// <param name="room">What it has in common with the whole set, and what the limit leaves it.</param>
    /// <param name="changes">Numbers the changes.</param>
    /// <param name="reclaimer">Frees old index buckets once no hint can be reading them.</param>
    /// <param name="filter">Decides which ids get a row; null: all. The stripe owns it, also where it cannot be made.</param>
    /// <param name="place">Its place among the stripes, 0 to 1: they grow at different numbers of rows.</param>
    /// <param name="capacity">How many rows to have room for from the start.</param>
    public Stripe(TableRules rules, TableRoom room, ChangeClock changes, Reclaimer reclaimer, AdmissionFilter? filter, double place, int capacity)
    {
        (_rules, _room, _changes, _filter, _keptCapacity) = (rules, room, changes, filter, capacity);
        _rows = new RowStore(rules.Layout, room.Pool, room.Plan.ChunkBytes);
        try
        {
            _rows.Reserve(capacity);
            var sizes = new IndexSizes(place, MaximumFill);
            _index = new CuckooIndex(_rows, room.Pool, reclaimer, sizes, capacity, rules.HashMask);
            _removals = new NativeRing<RemovedRow>(room.History.Removals, room.Account);
            _samples = new LookupSamples(room.History.Samples, room.Account);
        }
        catch
        {
            _samples?.Dispose();
            _removals?.Dispose();
            _index?.Dispose();
            _rows.Dispose();
            filter?.Dispose();
            throw;
        }
    }

    public Lock Lock { get; } = new();

    public ref StripeCounters Counters => ref _counters;

    /// <summary>Told what is refused for its numbers; null where no part listens.</summary>
    public RefusalLog? Refusals { get; init; }

    public int Count => _rows.Count;

    /// <summary>What a row stores that is written now.</summary>
    public uint Stamp => _changes.Now;

    public AdmissionFilter? Filter => _filter;

    public long PendingCount => _filter?.PendingCount ?? 0;

    public long FilterBytes => _filter?.Bytes ?? 0;

    public long UnaccountedBytes => _filter is null ? 0 : _filter.Bytes - _filter.AccountedBytes;

    /// <summary>The index's buckets as they are now, for hints. Needs no lock, but the gate.</summary>
    public BucketArray Buckets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _index.Buckets;
    }

    /// <summary>
    /// The rows as they are now, for guesses. None while a pass is under way here: every id then goes by the index and is asked about, and without a pass that costs nothing.
    /// </summary>
    public RowView Rows => _pass is null ? _rows.View : _rows.EmptyView;

    /// <summary>Fetches rows that may be there. Needs no lock.</summary>
    /// <param name="handles">Their likely handles; negative ones are passed over.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">How much of each row will be used, from its front.</param>
    public unsafe void PrefetchRows(int* handles, int count, int bytes) => _rows.Prefetch(handles, count, bytes);

    /// <summary>The row of an id. The guess is a hint of <see cref="Buckets"/>, and may be stale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(in RowView rows, long id, ulong hash, int guess, out Row row) => TryFind(in rows, id, hash, guess, out row, out _);

    /// <summary>The row of an id and its handle, for who will write to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(in RowView rows, long id, ulong hash, int guess, out Row row, out int handle)
    {
        // A guess is of use exactly if its row is of this id: rows are dense, so that every handle below the count is a living row.
        if ((uint)guess < (uint)rows.Count)
        {
            row = rows[guess];
            handle = guess;
            if (row.Key == id) return true;
        }
        return TryFind(id, hash, out row, out handle);
    }

    public bool TryFind(long id, ulong hash, out Row row) => TryFind(id, hash, out row, out _);

    private bool TryFind(long id, ulong hash, out Row row, out int handle)
    {
        handle = _index.Find(id, hash);
        row = handle == CuckooIndex.NotFound ? default : _rows[handle];
        return handle != CuckooIndex.NotFound && !IsDead(row);
    }

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
        Refusals?.Note(kind, id);
    }

    /// <summary>Whether the filter counts an id that has no row.</summary>
    public bool IsPending(long id)
    {
        ForgetPending();
        return _filter?.IsPending(id) ?? false;
    }

    /// <summary>Asks the filter for an id without a row, and creates the row if it is admitted and there is room.</summary>
    public bool TryAdmit(in AdmissionRequest request, RowGrant grant, ref RowView rows, out Row row)
    {
        row = default;
        RequireMixed(request.Id, request.MixedId);
        MakeWay(request.Id, request.MixedId, ref rows);
        // The row's room comes first: a full table counts nothing.
        if (!TryTakeRow(grant)) return false;
        var isCreated = false;
        var pending = PendingCount;
        try
        {
            // Before the filter is asked, because it counts this request.
            var occurrences = request.Count + CountedSoFar(request.Id);
            if (!IsAdmitted(in request, grant)) return false;
            isCreated = TryAppend(new RowBirth { Id = request.Id, Step = request.Step, Occurrences = occurrences }, request.MixedId,
                request.EventTime, (uint)request.Count, [], out row);
            rows = Rows;
            if (isCreated) DropFromFilter(request.Id);
        }
        finally
        {
            if (!isCreated) grant.ReturnRow();
            grant.Counted(PendingCount - pending);
        }
        return isCreated;
    }

    /// <summary>Creates a row of values, whoever the id is; false, and counted, where there is no room, or where the values don't fit the precision of rows.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory to grow; nothing changed.</exception>
    public bool TryCreate(long id, ulong hash, uint eventTime, ReadOnlySpan<float> values, RowGrant grant, ref RowView rows)
    {
        RequireMixed(id, hash);
        MakeWay(id, hash, ref rows);
        if (!TryTakeRow(grant)) return false;
        var isCreated = false;
        var pending = PendingCount;
        try
        {
            isCreated = TryAppend(new RowBirth { Id = id, Step = 0, Occurrences = 0 }, hash, eventTime, 0, values, out _);
            rows = Rows;
            if (isCreated) DropFromFilter(id);
        }
        finally
        {
            if (!isCreated) grant.ReturnRow();
            grant.Counted(PendingCount - pending);
        }
        return isCreated;
    }

    public bool TryRemove(long id, ulong hash, in ExpiryTime now)
    {
        var handle = _index.Find(id, hash);
        if (handle == CuckooIndex.NotFound) return false;
        RequireMixed(id, hash);
        if (Bury(handle, id, hash)) return false;
        RemoveAt(handle, id, hash, RemovalCause.Removed, in now);
        _room.Rows.Release(1);
        TrimExcess();
        return true;
    }

    public void Clear(in ExpiryTime now)
    {
        BeforeClear();
        _index.Clear();
        RememberAll(in now);
        ReleaseRoom();
        _rows.Clear();
        EndPass();
        _cursors.Finish();
        if (_filter is null) return;
        BeforeFilterChange();
        _filter.Clear();
    }

    public void Dispose()
    {
        ReleaseRoom();
        _index.Dispose();
        _rows.Dispose();
        _filter?.Dispose();
        _removals.Dispose();
        _samples.Dispose();
        EndLog();
    }

    // A caller's span may change between the moment at which its ids were mixed and grouped by stripe and the one at which this id was
    // read. A row under a key that is not the one it was placed by would never be found, and no snapshot that holds it could be
    // restored.
    private void RequireMixed(long id, ulong hash)
    {
        if (_index.HashOf(id) != hash) ThrowChanged(id);
    }

    private static void ThrowChanged(long id) => throw new InvalidOperationException(
        $"The ids changed while the batch ran: id {id} stands where another one stood when the ids were read first. "
        + "Leave the spans as they are until the call has returned.");

    private void DropFromFilter(long id)
    {
        if (_filter is null) return;
        BeforeFilterChange();
        _filter.Drop(id);
    }

    private void ReleaseRoom()
    {
        _room.Rows.Release(_rows.Count);
        _room.Pending.Release(PendingCount);
    }

    private bool IsAdmitted(in AdmissionRequest request, RowGrant grant)
    {
        if (_filter is null) return true;
        // The room for a counted id is there before the filter is asked: a count cannot be taken back. An id that is counted already needs none.
        if (!grant.MayCount() && !_filter.IsPending(request.Id))
        {
            _counters.Refused++;
            return false;
        }
        BeforeFilterChange();
        return _filter.Admit(in request);
    }

    private long CountedSoFar(long id) => _rules.UsesOccurrences && _filter?.Explain(id) is { } progress ? progress.Occurrences : 0;

    private bool TryTakeRow(RowGrant grant)
    {
        if (grant.TryTakeRow()) return true;
        _counters.Refused++;
        return false;
    }

    // Everything that can fail comes first, a plug-in's code included: the row is written behind the last one before it counts.
    private bool TryAppend(in RowBirth birth, ulong hash, uint eventTime, uint occurrences, ReadOnlySpan<float> values, out Row row)
    {
        _rows.Reserve(_rows.Count + 1);
        row = _rows[_rows.Count];
        var refusal = values.IsEmpty ? _rules.Initialize(row, hash, in birth) : _rules.Assign(row, values);
        if (refusal != RefusalCause.None)
        {
            Refuse(refusal, RefusalKind.NonFiniteValue, birth.Id);
            return false;
        }
        _rules.Track(row, occurrences, eventTime);
        _index.Insert(birth.Id, hash, _rows.Count);
        _rows.Add(birth.Id);
        row.LastUpdate = eventTime;
        row.Stamp = Stamp;
        Changed(_rows.Count - 1);
        _counters.Created++;
        return true;
    }

    private void RemoveAt(int handle, long id, ulong hash, RemovalCause cause, in ExpiryTime now)
    {
        BeforeRemoval(handle);
        Remember(handle, cause, in now);
        TakeOut(handle, id, hash);
    }

    private void TakeOut(int handle, long id, ulong hash)
    {
        _index.Remove(id, hash, handle);
        var last = _rows.Count - 1;
        MoveRow(last, LiftHole(handle));
        _rows.Truncate(last);
    }
}
