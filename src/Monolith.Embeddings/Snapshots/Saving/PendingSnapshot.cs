using System.Diagnostics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Saving;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A commit between its cut and its end: what the tables held at the cut, still to be written. Written once, and disposed; both by any
/// thread.
/// </summary>
[DebuggerDisplay("Commit {_draft.Number}")]
public sealed class PendingSnapshot : IAsyncDisposable
{
    private readonly SnapshotChain _chain;
    private readonly TableSave _save;
    private readonly SnapshotFileStream _file;
    private readonly CommitDraft _draft;
    private readonly long _start;
    private readonly WriteLifetime _lifetime = new();
    private TimeSpan _partsPause;
    private bool _hasCutParts, _isCommitted;

    private PendingSnapshot(SnapshotChain chain, TableSave save, SnapshotFileStream file, CommitDraft draft)
    {
        (_chain, _save, _file, _draft) = (chain, save, file, draft);
        _start = chain.Time.GetTimestamp();
    }

    /// <summary>How long the cut held up the tables.</summary>
    public TimeSpan Pause => _save.Pause + _partsPause;

    /// <summary>How long batches have waited so far because the copies of what they changed were not written fast enough.</summary>
    public TimeSpan Waited => _save.Waited;

    /// <summary>Whether everything is written; else what changed since the commit before.</summary>
    public SnapshotKind Kind => _draft.Kind;

    /// <summary>What other processes must know to write parts of the commit, see <see cref="SnapshotPartWriter"/>.</summary>
    public SnapshotPartPlan Plan => _draft.Plan;

    /// <summary>Cuts the tables of a chain.</summary>
    /// <param name="chain">The chain; nothing else saves it.</param>
    /// <param name="attempt">Which try of the chain's trainer it is.</param>
    /// <param name="wantsFull">Whether everything is to be written.</param>
    /// <param name="contents">What it holds beside the tables.</param>
    /// <param name="segments">What it does to the segments that live.</param>
    /// <param name="servedTables">What replicas get of tables that they get less often, where it is a delta.</param>
    /// <param name="cancellationToken">Cancels the call before the cut.</param>
    internal static async Task<PendingSnapshot> CutAsync(
        SnapshotChain chain, int attempt, bool wantsFull, SnapshotCommitContents contents, SegmentChange segments,
        IReadOnlyList<ServedTable> servedTables, CancellationToken cancellationToken)
    {
        var number = (chain.Newest?.Number ?? 0) + 1;
        // Before the cut, when it is not known yet whether a delta will do: a log that was outgrown makes it a full.
        var kind = wantsFull ? SnapshotKind.Full : SnapshotKind.Delta;
        var name = SnapshotNames.Training(number, kind, chain.Incarnation, chain.Trainer, attempt);
        var file = await chain.Store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            var save = chain.BeginSave(file, wantsFull);
            var draft = new CommitDraft(chain, save, number, attempt, contents, segments, servedTables);
            return new PendingSnapshot(chain, save, file, draft);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Cuts the parts of the chain, where it has some.</summary>
    /// <exception cref="SnapshotException">A part failed, or refused the plan.</exception>
    internal async ValueTask CutPartsAsync(CancellationToken cancellationToken)
    {
        if (_chain.Parts is { } parts)
        {
            var start = _chain.Time.GetTimestamp();
            _hasCutParts = true;
            await parts.CutAsync(Plan, cancellationToken).ConfigureAwait(false);
            _partsPause = _chain.Time.GetElapsedTime(start);
        }
        SnapshotMeter.Cut(Pause);
    }

    /// <summary>Writes the commit and publishes it. Training goes on meanwhile. Once.</summary>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">
    /// Cancels the commit; the store is then as it was. A replacement of the manifest that has begun is not interrupted.
    /// </param>
    /// <returns>The commit, durable and visible.</returns>
    /// <exception cref="SnapshotException">
    /// The store failed, or another trainer has taken it over (<see cref="SnapshotFault.Refused"/>). The next commit tells of all that
    /// changed since the last.
    /// </exception>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public Task<SnapshotCommit> WriteAsync(IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default) =>
        WriteAsync([], progress, cancellationToken);

    /// <summary>As the other, with parts that other processes wrote by the <see cref="Plan"/>: all are published together.</summary>
    /// <param name="parts">The parts, durable: those that <see cref="SnapshotCommitContents.PartNames"/> announced.</param>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">
    /// Cancels the commit; the store is then as it was. A replacement of the manifest that has begun is not interrupted.
    /// </param>
    /// <returns>The commit, durable and visible.</returns>
    /// <exception cref="SnapshotException">
    /// The store failed, a part is not of this commit, or another trainer has taken the store over. The next commit tells of all that
    /// changed since the last.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A part is missing, or was not announced, or the chain writes its parts itself; the call may be repeated with the right ones.
    /// </exception>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public async Task<SnapshotCommit> WriteAsync(
        IReadOnlyList<SnapshotPart> parts, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        RequireGiven(parts);
        _lifetime.RequireOpen(this);
        _chain.RequireOpen();
        using var writing = _lifetime.Begin(this, "commit");
        using var span = EmbeddingTrace.Begin(SpanNames.Commit);
        try
        {
            var commit = await WriteAloneAsync(parts, progress, cancellationToken).ConfigureAwait(false);
            if (span is not null) Describe(span, commit);
            return commit;
        }
        catch (Exception failure) when (span.IsFailed(failure))
        {
            throw;
        }
    }

    /// <summary>
    /// Gives the commit up, where it was not written; the tables then hand over no more copies. May be called by any thread, and more than
    /// once. A commit that is being written fails, unless all of it has been, and is waited for.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_lifetime.TryDispose())
        {
            try
            {
                _save.Dispose();
            }
            finally
            {
                _ = EndAsync();
            }
        }
        await _lifetime.WaitAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        await _lifetime.Writing.ConfigureAwait(false);
        try
        {
            SnapshotMeter.Ended(_save.Waited, _isCommitted);
            await _file.DisposeAsync().ConfigureAwait(false);
            if (_hasCutParts) await _chain.Parts!.EndCutAsync(Plan).ConfigureAwait(false);
        }
        finally
        {
            _chain.EndSave(_save);
            _lifetime.End();
        }
    }

    private async Task<SnapshotCommit> WriteAloneAsync(
        IReadOnlyList<SnapshotPart> parts, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        var reporter = new SnapshotProgressReporter(progress, SnapshotPhase.Saving, _file.Name);
        var training = await Task.Run(
            () => _save.Write(_draft.Contents.Sections, !_chain.HasCommitted, reporter, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        // After the rows: as long as those are not written, batches that change them pay for it.
        await WriteSegmentsAsync(cancellationToken).ConfigureAwait(false);
        await _file.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (_chain.Parts is not null) parts = await WritePartsAsync(training, progress, cancellationToken).ConfigureAwait(false);
        var serving = _draft.HasServing ? await PublishServingAsync(training, progress, cancellationToken).ConfigureAwait(false) : null;
        SnapshotCommit commit;
        try
        {
            commit = _draft.CommitOf(training, serving, parts);
            await new CommitCheck(_chain).RunAsync(commit, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _chain.Store.ForgetAsync([training.Name, serving?.Name]).ConfigureAwait(false);
            throw;
        }
        try
        {
            await _chain.PublishAsync(commit, _save.Cut, cancellationToken).ConfigureAwait(false);
            _isCommitted = true;
            SnapshotMeter.Committed(commit, _chain.Time.GetElapsedTime(_start));
            _chain.Log.Committed(
                commit.Number, commit.Kind == SnapshotKind.Full ? "full" : "delta", commit.Rows, commit.Tombstones,
                training.Length + (serving?.Length ?? 0));
            Tell(commit);
            return commit;
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            // What another failure, or a cancellation, leaves behind may come to be named by a manifest.
            await _chain.Store.ForgetAsync([training.Name, serving?.Name]).ConfigureAwait(false);
            throw;
        }
    }

    // The commit is durable, whatever who is told of it does.
    private void Tell(SnapshotCommit commit)
    {
        try
        {
            _chain.Options.Committed?.Report(commit);
        }
        catch (Exception failure)
        {
            _chain.Log.CouldNotTell(failure, commit.Number);
        }
    }

    private static void Describe(Activity span, SnapshotCommit commit)
    {
        span.SetTag(SpanTags.Commit, (long)commit.Number).SetTag(SpanTags.Kind, commit.Kind == SnapshotKind.Full ? "full" : "delta");
        span.SetTag(SpanTags.Rows, commit.Rows).SetTag(SpanTags.Bytes, commit.TableFiles.Sum(file => file.Entry.Length));
    }

    private async ValueTask WriteSegmentsAsync(CancellationToken cancellationToken)
    {
        if (_draft.Contents.WriteSegments is not { } write) return;
        var (appended, dropped) = await write(_chain, cancellationToken).ConfigureAwait(false);
        _draft.Segments = SegmentChange.Of(
            new SnapshotCommitContents { AppendedSegments = appended, DroppedSegments = dropped }, _chain.Segments);
    }

    private async Task<SnapshotFileEntry> PublishServingAsync(
        SnapshotFileEntry training, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var hasSections = Kind == SnapshotKind.Full || (_draft.Contents.ServesSections && !_draft.Contents.IsHeld);
            var sections = hasSections ? _chain.Options.ServingSections : [];
            using var owed = await OwedTables.OpenAsync(_chain.Store, Plan, part: null, cancellationToken).ConfigureAwait(false);
            owed.Removals = _draft.Contents.ServedRemovals;
            return await ServingFile.MakeAsync(_chain.Store, training, _draft.ServingName, sections, owed, progress, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            if (cause is SnapshotException { Fault: not SnapshotFault.Storage } fault) _chain.TellOwedFault(fault);
            await _chain.Store.ForgetAsync([training.Name]).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyList<SnapshotPart>> WritePartsAsync(
        SnapshotFileEntry training, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var parts = await _chain.Parts!.WriteAsync(Plan, progress, cancellationToken).ConfigureAwait(false);
            PartNames.RequireAll(_draft.Contents.PartNames, parts);
            return parts;
        }
        catch (Exception cause)
        {
            if (cause is SnapshotException { Fault: not SnapshotFault.Storage } fault) _chain.TellOwedFault(fault);
            await _chain.Store.ForgetAsync([training.Name]).ConfigureAwait(false);
            throw;
        }
    }

    private void RequireGiven(IReadOnlyList<SnapshotPart> parts)
    {
        if (_chain.Parts is null) PartNames.RequireAll(_draft.Contents.PartNames, parts);
        else if (parts.Count > 0) throw new ArgumentException("The chain writes its parts itself; give none.", nameof(parts));
    }
}
