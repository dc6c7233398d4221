using System.Diagnostics;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Snapshots.Saving;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A part of a commit between its cut and its end: what this process's tables held at the cut, still to be written. Written once, and
/// disposed; both by any thread.
/// </summary>
[DebuggerDisplay("Part of commit {_plan.Number}")]
public sealed class PendingPart : IAsyncDisposable
{
    private readonly SnapshotStore _store;
    private readonly SnapshotPartPlan _plan;
    private readonly Guid _id;
    private readonly TableSave _save;
    private readonly SnapshotFileStream _file;
    private readonly SnapshotPartWriter _writer;
    private readonly WriteLifetime _lifetime = new();

    private PendingPart(
        SnapshotPartWriter writer, SnapshotStore store, SnapshotPartPlan plan, Guid id, TableSave save, SnapshotFileStream file)
    {
        (_writer, _store, _plan, _id, _save, _file) = (writer, store, plan, id, save, file);
    }

    /// <summary>How long the cut held up the tables.</summary>
    public TimeSpan Pause => _save.Pause;

    /// <summary>Writes the part's files, durably. Training goes on meanwhile. Once.</summary>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the call; what was written is deleted when the chain is cleaned.</param>
    /// <returns>
    /// The part, for <see cref="PendingSnapshot.WriteAsync(IReadOnlyList{SnapshotPart}, IProgress{SnapshotProgress}, CancellationToken)"/>.
    /// </returns>
    /// <exception cref="SnapshotException">The store failed. The next delta holds all that changed since the last commit.</exception>
    /// <exception cref="InvalidOperationException">It was called before.</exception>
    /// <exception cref="ObjectDisposedException">The part or its writer is disposed, or was meanwhile.</exception>
    public async Task<SnapshotPart> WriteAsync(IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        _lifetime.RequireOpen(this);
        _writer.RequireOpen();
        using var writing = _lifetime.Begin(this, "part");
        var reporter = new SnapshotProgressReporter(progress, SnapshotPhase.Saving, _file.Name);
        var sections = new Dictionary<string, ReadOnlyMemory<byte>>();
        var training = await Task.Run(() => _save.Write(sections, _writer.SaysSchema, reporter, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        await _file.CommitAsync(cancellationToken).ConfigureAwait(false);
        var serving = _plan.PublishesServing ? await MakeServingAsync(training, progress, cancellationToken).ConfigureAwait(false) : null;
        return new SnapshotPart
        {
            Name = _writer.Name,
            Rows = _save.WrittenRows,
            Tombstones = _save.WrittenRemovals,
            Training = training,
            Serving = serving,
        };
    }

    /// <summary>
    /// Gives the part up, where it was not written; the tables then hand over no more copies. May be called by any thread, and more than
    /// once. A part that is being written fails, unless all of it has been, and is waited for.
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
            await _file.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _writer.EndSave(_save);
            _lifetime.End();
        }
    }

    internal static async Task<PendingPart> CutAsync(
        SnapshotPartWriter writer, SnapshotStore store, SnapshotPartPlan plan, CancellationToken cancellationToken)
    {
        var id = SnapshotIdentity.New();
        var file = await store.CreateAsync(NameOf(plan, id, isServing: false), cancellationToken).ConfigureAwait(false);
        try
        {
            return new PendingPart(writer, store, plan, id, writer.BeginSave(plan, file), file);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SnapshotFileEntry> MakeServingAsync(
        SnapshotFileEntry training, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        using var owed = await OwedTables.OpenAsync(_store, _plan, _writer.Name, cancellationToken).ConfigureAwait(false);
        return await ServingFile.MakeAsync(_store, training, NameOf(_plan, _id, isServing: true), [], owed, progress, cancellationToken)
            .ConfigureAwait(false);
    }

    private static string NameOf(SnapshotPartPlan plan, Guid id, bool isServing) =>
        SnapshotNames.Part(plan.Number, plan.Kind, plan.Incarnation, plan.Trainer, plan.Attempt, id, isServing);
}
