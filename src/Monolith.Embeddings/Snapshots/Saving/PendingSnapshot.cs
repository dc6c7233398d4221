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
[DebuggerDisplay("Commit {_number}")]
public sealed class PendingSnapshot : IAsyncDisposable
{
    // Flows into what the writing calls, on other threads too.
    private static readonly AsyncLocal<PendingSnapshot?> _insideWriteOf = new();

    private readonly SnapshotChain _chain;
    private readonly TableSave _save;
    private readonly SnapshotFileStream _file;
    private readonly ulong _number;
    private readonly int _attempt;
    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>> _sections;
    private readonly long _start;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isCommitted;
    private int _isWritten, _isDisposed;
    private Task? _writing;

    internal PendingSnapshot(
        SnapshotChain chain, TableSave save, SnapshotFileStream file, ulong number, int attempt, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        (_chain, _save, _file, _number, _attempt, _sections) = (chain, save, file, number, attempt, sections);
        _start = chain.Time.GetTimestamp();
        SnapshotMeter.Cut(save.Pause);
    }

    /// <summary>How long the cut held up the tables.</summary>
    public TimeSpan Pause => _save.Pause;

    /// <summary>How long batches have waited so far because the copies of what they changed were not written fast enough.</summary>
    public TimeSpan Waited => _save.Waited;

    /// <summary>Whether everything is written; else what changed since the commit before.</summary>
    public SnapshotKind Kind => _save.Cut.From == 0 ? SnapshotKind.Full : SnapshotKind.Delta;

    /// <summary>Writes the commit and publishes it. Training goes on meanwhile. Once.</summary>
    /// <param name="progress">Told how far it has come; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the commit; the store is then as it was. A replacement of the manifest that has begun is not interrupted.</param>
    /// <returns>The commit, durable and visible.</returns>
    /// <exception cref="SnapshotException">
    /// The store failed, or another trainer has taken it over (<see cref="SnapshotFault.Refused"/>). The next commit tells of all that changed since the last.
    /// </exception>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    public async Task<SnapshotCommit> WriteAsync(IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        _chain.RequireOpen();
        if (Interlocked.Exchange(ref _isWritten, 1) != 0)
            throw new InvalidOperationException("This commit was written already, or failed to be.");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _writing, ended.Task);
        try
        {
            Interlocked.MemoryBarrier();
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            _insideWriteOf.Value = this;
            return await WriteAloneAsync(progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _insideWriteOf.Value = null;
            ended.SetResult();
        }
    }

    /// <summary>
    /// Gives the commit up, where it was not written; the tables then hand over no more copies. May be called by any thread, and more than
    /// once. A commit that is being written fails, unless all of it has been, and is waited for.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
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
        // Called by what the writing calls, it cannot wait for the writing: what is held is let go of at its end.
        if (_insideWriteOf.Value != this) await _ended.Task.ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        if (Volatile.Read(ref _writing) is { } writing) await writing.ConfigureAwait(false);
        try
        {
            SnapshotMeter.Ended(_save.Waited, _isCommitted);
            await _file.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _chain.EndSave(_save);
            _ended.SetResult();
        }
    }

    private async Task<SnapshotCommit> WriteAloneAsync(IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        var reporter = new SnapshotProgressReporter(progress, SnapshotPhase.Saving, _file.Name);
        var training = await Task.Run(() => _save.Write(_file.Name, _sections, reporter, cancellationToken), cancellationToken).ConfigureAwait(false);
        await _file.CommitAsync(cancellationToken).ConfigureAwait(false);
        var serving = _chain.Options.PublishServing ? await PublishServingAsync(training, progress, cancellationToken).ConfigureAwait(false) : null;
        var commit = CommitOf(training, serving);
        try
        {
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
            return commit;
        }
        catch (SnapshotException exception) when (exception.Fault != SnapshotFault.Storage)
        {
            // What another failure, or a cancellation, leaves behind may come to be named by a manifest.
            await _chain.Store.ForgetAsync([training.Name, serving?.Name]).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SnapshotFileEntry> PublishServingAsync(SnapshotFileEntry training, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var name = SnapshotNames.Serving(_number, Kind, _chain.Incarnation, _chain.Trainer, _attempt);
            return await ServingFile.MakeAsync(_chain.Store, training, name, _chain.Options.ServingSections, progress, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _chain.Store.ForgetAsync([training.Name]).ConfigureAwait(false);
            throw;
        }
    }

    private SnapshotCommit CommitOf(SnapshotFileEntry training, SnapshotFileEntry? serving) => new()
    {
        Number = _number,
        Id = SnapshotIdentity.New(),
        Parent = Kind == SnapshotKind.Delta ? _chain.Newest!.Identity : Guid.Empty,
        Trainer = _chain.Trainer,
        Kind = Kind,
        Incarnation = _chain.Incarnation,
        From = _save.Cut.From,
        To = _save.Cut.To,
        Created = _chain.Time.GetUtcNow().ToUniversalTime(),
        Rows = _save.WrittenRows,
        Tombstones = _save.WrittenRemovals,
        Training = training,
        Serving = serving,
    };
}
