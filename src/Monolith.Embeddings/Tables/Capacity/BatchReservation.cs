namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>
/// The rows and the counted ids that a chunk of a batch may create, reserved before it begins, so that who gets a row does not depend on
/// the order in which stripes are met. What is not used goes back at its end. Made and given back by one thread; the threads that share a
/// chunk take from it meanwhile.
/// </summary>
internal sealed class BatchReservation : IDisposable
{
    [ThreadStatic]
    private static BatchReservation? _idle;

    private TableResources _resources = null!;
    private PassGate? _held;
    private long _rows;
    private long _pending;
    private long _pendingFreed;

    private BatchReservation()
    {
    }

    /// <summary>Whether the verb asks the table's filter, so that ids may come to be counted.</summary>
    public bool AsksFilter { get; private set; }

    /// <summary>Which ids of the batch were found to be absent when room was short.</summary>
    public AbsentPlaces Absent { get; } = new();

    /// <summary>Which ids of a chunk the filter would begin to count.</summary>
    public AbsentPlaces Uncounted { get; } = new();

    /// <summary>The thread's own one, until it is disposed.</summary>
    public static BatchReservation Rent(TableResources resources, bool asksFilter)
    {
        var reservation = _idle ?? new BatchReservation();
        _idle = null;
        reservation.Begin(resources, asksFilter);
        return reservation;
    }

    /// <summary>One that the caller keeps, for verbs that ask the filter.</summary>
    public static BatchReservation For(TableResources resources)
    {
        var reservation = new BatchReservation();
        reservation.Begin(resources, asksFilter: true);
        return reservation;
    }

    public void Dispose()
    {
        End();
        _idle = this;
    }

    /// <summary>Gives back what is left of the last chunk, and forgets the batch.</summary>
    public void End()
    {
        GiveBack();
        Absent.Clear();
    }

    public bool TryReserveRows(long rows)
    {
        if (!_resources.Rows.TryReserve(rows)) return false;
        Interlocked.Add(ref _rows, rows);
        return true;
    }

    public bool TryReservePending(long ids)
    {
        if (!_resources.Pending.TryReserve(ids)) return false;
        Interlocked.Add(ref _pending, ids);
        return true;
    }

    /// <summary>Keeps passes away until the chunk is done: what was counted as present must not go meanwhile.</summary>
    public void Hold(PassGate gate)
    {
        gate.EnterShared();
        _held = gate;
    }

    /// <summary>Takes a row; where another thread's removals made the reservation too small, one more.</summary>
    public bool TryTakeRow()
    {
        for (var rows = Volatile.Read(ref _rows); rows > 0;)
        {
            var found = Interlocked.CompareExchange(ref _rows, rows - 1, rows);
            if (found == rows) return true;
            rows = found;
        }
        return _resources.Rows.TryReserve(1);
    }

    /// <summary>Takes back a row that was not created.</summary>
    public void ReturnRow() => Interlocked.Increment(ref _rows);

    /// <summary>Whether a filter may begin to count an id.</summary>
    public bool MayCount() => !_resources.BoundsPending || Volatile.Read(ref _pending) > 0 || TryReservePending(1);

    /// <summary>Says how many ids more the filter counts now. Places that became free are the next chunk's.</summary>
    public void Counted(long more)
    {
        if (more > 0) Interlocked.Add(ref _pending, -more);
        else if (more < 0) Interlocked.Add(ref _pendingFreed, -more);
    }

    public void GiveBack()
    {
        _resources.Rows.Release(_rows);
        _resources.Pending.Release(_pending + _pendingFreed);
        (_rows, _pending, _pendingFreed) = (0, 0, 0);
        _held?.ExitShared();
        _held = null;
    }

    private void Begin(TableResources resources, bool asksFilter) =>
        (_resources, AsksFilter) = (resources, asksFilter && resources.BoundsPending);
}
