namespace Monolith.Embeddings.Tables.Capacity;

/// <summary>
/// The rows and the counted ids that a chunk of a batch may create, reserved before it begins, so that who gets a row does not depend on
/// the order in which stripes are met. What is not used goes back at its end. One thread's.
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

    public static BatchReservation Rent(TableResources resources, bool asksFilter)
    {
        var reservation = _idle ?? new BatchReservation();
        _idle = null;
        (reservation._resources, reservation.AsksFilter) = (resources, asksFilter && resources.BoundsPending);
        return reservation;
    }

    public void Dispose()
    {
        GiveBack();
        Absent.Clear();
        _idle = this;
    }

    public bool TryReserveRows(long rows)
    {
        if (!_resources.Rows.TryReserve(rows)) return false;
        _rows += rows;
        return true;
    }

    public bool TryReservePending(long ids)
    {
        if (!_resources.Pending.TryReserve(ids)) return false;
        _pending += ids;
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
        if (_rows == 0 && !TryReserveRows(1)) return false;
        _rows--;
        return true;
    }

    /// <summary>Takes back a row that was not created.</summary>
    public void ReturnRow() => _rows++;

    /// <summary>Whether a filter may begin to count an id.</summary>
    public bool MayCount() => !_resources.BoundsPending || _pending > 0 || TryReservePending(1);

    /// <summary>Says how many ids more the filter counts now. Places that became free are the next chunk's.</summary>
    public void Counted(long more)
    {
        if (more > 0) _pending -= more;
        else _pendingFreed -= more;
    }

    public void GiveBack()
    {
        _resources.Rows.Release(_rows);
        _resources.Pending.Release(_pending + _pendingFreed);
        (_rows, _pending, _pendingFreed) = (0, 0, 0);
        _held?.ExitShared();
        _held = null;
    }
}
