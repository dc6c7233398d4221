using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Tables.Eviction;

namespace Monolith.Embeddings.Tables;

/// <summary>
/// One table's side of a layer's batches: begun by one thread, done chunk by chunk in parts that any threads take, ended by the first one.
/// What a look-up found is kept for the gradients of the same ids.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="batch">What it is asked.</param>
internal sealed class TableWork(EmbeddingTable table, TableBatch batch)
{
    private readonly GroupParts _parts = new();
    private readonly BatchReservation _reservation = table.NewReservation();
    private Verb _verb;
    private bool _areKept;
    private int _start, _length, _done;
    private uint _eventTime;
    private long _step;
    private Exception? _failure;

    public EmbeddingTable Table => table;

    /// <summary>How many ids the chunk has.</summary>
    public int ChunkIds => _length;

    /// <summary>The parts of the chunk.</summary>
    public int Parts => _parts.Count;

    /// <summary>The ids are about to be others.</summary>
    public void Forget() => _areKept = false;

    public void BeginRead()
    {
        (_verb, _areKept) = (Verb.Read, false);
        table.BeginRead(batch);
        Begin(0, 0);
    }

    public void BeginLookup(DateTimeOffset eventTime, long step)
    {
        (_verb, _areKept) = (Verb.Admit, false);
        Begin(table.BeginLookupOrAdmit(batch, eventTime), step);
    }

    public void BeginApply(DateTimeOffset eventTime, long step)
    {
        _verb = Verb.Apply;
        Begin(table.BeginApply(batch, eventTime), step);
    }

    /// <summary>Takes the whole batch as one chunk, if it is not too long and there is room for every id of it.</summary>
    public bool TryTakeAll()
    {
        var ids = batch.Ids.Length;
        if (ids > BatchRunner.ChunkIds) return false;
        if (_verb == Verb.Admit && !AdmittingBatches.TryReserveForAll(ids, _reservation)) return false;
        _length = ids;
        return true;
    }

    /// <summary>Takes nothing yet.</summary>
    public void ReturnAll()
    {
        _reservation.GiveBack();
        _length = 0;
    }

    /// <summary>Takes the next chunk; false where the last one is done.</summary>
    public bool TryTakeNext()
    {
        var ids = batch.Ids.Length;
        _start += _length;
        if (_start == ids) return false;
        _length = _verb == Verb.Admit ? table.Reserve(batch, _start, _reservation) : Math.Min(BatchRunner.ChunkIds, ids - _start);
        return true;
    }

    /// <summary>Groups the ids of the chunk, and cuts the groups into parts.</summary>
    public void Group(int threads)
    {
        _parts.Clear();
        if (_length == 0) return;
        if (!_areKept) table.Group(_parts.Groups, batch.Ids.Span.Slice(_start, _length), _start);
        _parts.Cut(_length, threads);
    }

    /// <summary>Does a part of the chunk. By any thread.</summary>
    public void RunPart(int index)
    {
        var (first, end) = _parts[index];
        var (part, done) = (new BatchPart(_parts.Groups, first, end, _eventTime, _step), 0);
        try
        {
            if (_verb == Verb.Read) table.ReadPart(batch, in part, ref done);
            else if (_verb == Verb.Admit) table.LookupOrAdmitPart(batch, in part, _reservation, ref done);
            else table.ApplyPart(batch, in part, ref done);
        }
        catch (BatchInterruptedException interruption)
        {
            Interlocked.CompareExchange(ref _failure, interruption.InnerException, null);
            throw;
        }
        finally
        {
            Interlocked.Add(ref _done, done);
        }
    }

    /// <summary>The chunk is done: gives back the room that it did not need.</summary>
    public void EndChunk() => _reservation.GiveBack();

    /// <summary>The batch is done, or failed.</summary>
    public void End() => _reservation.End();

    /// <summary>All parts of the batch went well: what was found is kept.</summary>
    public void Keep()
    {
        if (_verb == Verb.Admit && !batch.HasRow.IsEmpty) table.Contains(batch.Ids.Span, batch.HasRow.Span);
        if (_length != batch.Ids.Length) return;
        _areKept = true;
        _parts.Groups.AreGuessed = true;
    }

    /// <exception cref="BatchInterruptedException">A part failed.</exception>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure) throw new BatchInterruptedException(table.Name, _done, batch.Ids.Length, failure);
    }

    private void Begin(uint eventTime, long step)
    {
        (_start, _length, _done, _failure) = (0, 0, 0, null);
        (_eventTime, _step) = (eventTime, step);
    }

    private enum Verb
    {
        Read,
        Admit,
        Apply,
    }
}
