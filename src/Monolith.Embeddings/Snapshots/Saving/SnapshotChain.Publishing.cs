using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Saving;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Snapshots;

public sealed partial class SnapshotChain
{
    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    /// <summary>Publishes a commit whose files are durable.</summary>
    internal async Task PublishAsync(SnapshotCommit commit, TableCut cut, CancellationToken cancellationToken)
    {
        // Until the manifest was read again, the commit may be there or not.
        _uncertain = (commit, cut);
        try
        {
            await new SnapshotPublisher(Store).AppendAsync(Id, commit, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            _uncertain = null;
            throw;
        }
        Accept(commit, cut);
    }

    /// <summary>Cuts the tables into a file.</summary>
    internal TableSave BeginSave(Stream file, bool wantsFull) =>
        _save = TableSave.Of(Tables, _tracker, wantsFull, new SaveFile(file, Tables, Id, Incarnation), _blocks, Time);

    internal void EndSave(TableSave? save)
    {
        Interlocked.CompareExchange(ref _save, null, save);
        Volatile.Write(ref _isSaving, 0);
    }

    /// <summary>Requires tables whose rows a file can hold.</summary>
    /// <exception cref="NotSupportedException">A row is too long.</exception>
    internal static void RequireSavable(EmbeddingTableSet tables)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Snapshots hold rows as they are in memory, little-endian; this processor is not.");
        foreach (var description in TableDescriptions.Of(tables))
        {
            var bytes = Rows.RowRecord.BytesOf(description.Layout);
            if (bytes <= SnapshotFormat.MaxPayloadBytes) continue;
            throw new NotSupportedException(
                $"A row of table '{description.Name}' takes {bytes} bytes with its optimizer state; "
                + $"a snapshot holds rows of up to {SnapshotFormat.MaxPayloadBytes}.");
        }
    }

    private async ValueTask<PendingSnapshot> CutOnceAsync(SnapshotCommitContents contents, CancellationToken cancellationToken)
    {
        RequireOpen();
        if (Interlocked.Exchange(ref _isSaving, 1) != 0)
            throw new InvalidOperationException(
                "A commit of this chain is being written already; one at a time. Write or dispose it first.");
        PendingSnapshot pending;
        try
        {
            await ResolveAsync(cancellationToken).ConfigureAwait(false);
            var segments = SegmentChange.Of(contents, Segments);
            var wantsFull = await WantsFullAsync(contents, cancellationToken).ConfigureAwait(false);
            var served = await PlanServedAsync(contents, wantsFull, cancellationToken).ConfigureAwait(false);
            await _tables.PrepareCutAsync(cancellationToken).ConfigureAwait(false);
            pending = await PendingSnapshot.CutAsync(this, ++_attempt, wantsFull, contents, segments, served, cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            EndSave(null);
            throw;
        }
        try
        {
            await pending.CutPartsAsync(cancellationToken).ConfigureAwait(false);
            return pending;
        }
        catch
        {
            await pending.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask ResolveAsync(CancellationToken cancellationToken)
    {
        if (_uncertain is not { } uncertain) return;
        var manifest = await new SnapshotPublisher(Store).ReadAsync(cancellationToken).ConfigureAwait(false);
        // By its number, not its file: a compaction may have put a full snapshot behind it meanwhile, and a cleaning may have dropped it.
        // No other trainer has this identity.
        var isThere = manifest is not null && manifest.Trainer == Trainer && manifest.Newest?.Number >= uncertain.Commit.Number;
        if (isThere) Accept(uncertain.Commit, uncertain.Cut);
        else _uncertain = null;
    }

    private async ValueTask<bool> WantsFullAsync(SnapshotCommitContents contents, CancellationToken cancellationToken)
    {
        // Where the tables took parts over, a delta would leave those rows out.
        var tookOver = _options.RestoreParts && Newest?.Parts.Count > 0 && !HasCommitted;
        if (Newest is null || contents.IsFull || tookOver) return true;
        PartNames.RequireSame(Newest, contents.PartNames);
        if (OwesWithoutServing || OwesFull(contents) || await IsOwedBrokenAsync(cancellationToken).ConfigureAwait(false)) return true;
        return await IsBrokenAsync(Newest, cancellationToken).ConfigureAwait(false);
    }

    // A delta that goes on from what cannot be restored is of no use.
    private async Task<bool> IsBrokenAsync(SnapshotCommit newest, CancellationToken cancellationToken)
    {
        if (await _watch.FindFaultAsync(newest.Identity, cancellationToken).ConfigureAwait(false) is not { } fault) return false;
        TellBroken(fault, newest);
        return true;
    }

    private void TellBroken(SnapshotException fault, SnapshotCommit newest)
    {
        SnapshotMeter.Broken(fault.Fault);
        Log.Broken(fault.File, newest.Number, newest.Number + 1, fault.Message);
    }

    private void Accept(SnapshotCommit commit, TableCut cut)
    {
        Newest = commit;
        Segments = SnapshotSegmentRules.LivingAt([commit], Segments);
        _served = _served.After(commit);
        if (commit.Kind == SnapshotKind.Full) _isFullHeld = commit.IsHeld;
        HasCommitted = true;
        (_uncertain, _owedFault) = (null, null);
        _tracker.Commit(cut);
    }
}
