using System.Diagnostics;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Snapshots.Saving;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Writes the tables of this process as a part of commits that a trainer in another process makes: rows of a range of ids that no other
/// part has. The trainer cuts, sends <see cref="PendingSnapshot.Plan"/>, collects the parts, and publishes them together.
/// </summary>
/// <remarks>
/// <para><b>Threads.</b> One part at a time; cuts belong where those of <see cref="SnapshotChain"/> do. The writing runs beside
/// training.</para>
/// <para><b>Deltas</b> go on from the part that this writer restored, or wrote for a commit that a later plan calls durable; any other plan
/// of a delta is refused. One process at a time writes the part of a name.</para>
/// </remarks>
[DebuggerDisplay("Part {Name}")]
public sealed class SnapshotPartWriter : IDisposable
{
    private readonly SnapshotStore _store;
    private readonly EmbeddingTableSet _tables;
    private readonly TimeProvider _time;
    private readonly DeltaTracker _tracker;
    private readonly CutBlockPool _blocks = new();
    private (Guid Commit, TableCut Cut)? _unconfirmed;
    private Guid _commit;
    private TableSave? _save;
    private int _isSaving;
    private volatile bool _isDisposed;

    private SnapshotPartWriter(
        SnapshotStore store, EmbeddingTableSet tables, string name, TimeProvider? time, DeltaTracker tracker, Guid commit = default)
    {
        (_store, _tables, Name, _time, _tracker, _commit) = (store, tables, name, time ?? TimeProvider.System, tracker, commit);
    }

    /// <summary>The part's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether its file says what the schema was made of, though it is no full: until a first commit is known to be durable.
    /// </summary>
    internal bool SaysSchema { get; private set; } = true;

    /// <summary>Restores the part of this name from the newest commit, where there is one, and follows the tables from then on.</summary>
    /// <param name="store">Where snapshots live.</param>
    /// <param name="tables">The tables; empty, unless the store is.</param>
    /// <param name="name">The part's name, 1 to 256 bytes in UTF-8.</param>
    /// <param name="options">How it restores; the defaults where null.</param>
    /// <param name="timeProvider">Measures waiting; the system's where null.</param>
    /// <param name="cancellationToken">Cancels the restore; the tables are then empty.</param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    /// <exception cref="SnapshotException">
    /// The store failed, a file was changed, or the newest commit has no such part (see <see cref="Begin"/>); the tables are as they were.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The tables have rows and the store has commits, or something else saves or loads the tables.
    /// </exception>
    public static async Task<SnapshotPartWriter> OpenAsync(
        SnapshotStore store, EmbeddingTableSet tables, string name, SnapshotChainOptions? options = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        RequireUsable(store, tables, name);
        OptionErrors.ThrowIfInvalid(options ??= new SnapshotChainOptions());
        using var claim = new TableClaim(tables);
        var tracker = tables.Track();
        try
        {
            var commit = await new SnapshotPublisher(store).ReadFilesAsync(
                manifest => RestoreAsync(store, manifest, tables, name, options.RestoreThreads, tracker, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return new SnapshotPartWriter(store, tables, name, timeProvider, tracker, commit);
        }
        catch
        {
            tracker.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Begins a part that no commit has yet, with the tables as they are; the commit that it is named for is a full. So rows of a chain
    /// move to another process.
    /// </summary>
    /// <param name="store">Where snapshots live.</param>
    /// <param name="tables">The tables, with rows or without.</param>
    /// <param name="name">The part's name, 1 to 256 bytes in UTF-8.</param>
    /// <param name="timeProvider">Measures waiting; the system's where null.</param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    /// <exception cref="InvalidOperationException">Something else saves or loads the tables.</exception>
    public static SnapshotPartWriter Begin(SnapshotStore store, EmbeddingTableSet tables, string name, TimeProvider? timeProvider = null)
    {
        RequireUsable(store, tables, name);
        using var claim = new TableClaim(tables);
        return new SnapshotPartWriter(store, tables, name, timeProvider, tables.Track());
    }

    /// <summary>Cuts: the part will hold the tables as they are now.</summary>
    /// <param name="plan">What the trainer's commit says.</param>
    /// <param name="cancellationToken">Cancels the call before the cut.</param>
    /// <returns>The part, to be written and disposed by the caller.</returns>
    /// <exception cref="SnapshotException">
    /// The store failed; or the plan does not fit (<see cref="SnapshotFault.Refused"/>): it has no part of this name, the tables cannot
    /// give a delta from that commit, or a later cut was taken. The message says what helps.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another part is being written.</exception>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    public async Task<PendingPart> CutAsync(SnapshotPartPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        RequireOpen();
        if (Interlocked.Exchange(ref _isSaving, 1) != 0)
            throw new InvalidOperationException(
                "A part of these tables is being written already; one at a time. Write or dispose it first.");
        try
        {
            if (_unconfirmed is { } before && plan.Before == before.Commit) Confirm(before.Commit, before.Cut);
            RequireFit(plan);
            return await PendingPart.CutAsync(this, _store, plan, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            EndSave(null);
            throw;
        }
    }

    /// <summary>
    /// Ends the following of the tables; a part that is being written fails. Neither the tables nor the store are disposed.
    /// </summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Volatile.Read(ref _save)?.Dispose();
        _tracker.Dispose();
    }

    /// <summary>Whether the tables hold rows of a commit.</summary>
    internal bool HasRestored => _commit != Guid.Empty;

    internal TableSave BeginSave(SnapshotPartPlan plan, Stream file)
    {
        var saved = new SaveFile(file, _tables, plan.Chain, plan.Incarnation);
        var save = TableSave.Of(_tables, _tracker, plan.Kind == SnapshotKind.Full, saved, _blocks, _time, plan.To);
        if (save.Cut.From == plan.From)
        {
            _unconfirmed = (plan.Commit, save.Cut);
            return _save = save;
        }
        save.Dispose();
        throw Refused($"a part from cut {plan.From}", "one of all rows, because too many were removed since. Make the next commit a full.");
    }

    internal void EndSave(TableSave? save)
    {
        Interlocked.CompareExchange(ref _save, null, save);
        Volatile.Write(ref _isSaving, 0);
    }

    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private static void RequireUsable(SnapshotStore store, EmbeddingTableSet tables, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(tables);
        StoredNames.Require(name, "a part");
        SnapshotChain.RequireSavable(tables);
    }

    private void RequireFit(SnapshotPartPlan plan)
    {
        if (!plan.Parts.Contains(Name)) throw Refused($"a plan with part '{Name}'", "one without. Name it before the cut.");
        var newest = _tracker.NewestCut;
        if (plan.To <= newest)
            throw Refused($"a cut after {newest}", $"{plan.To}: another trainer goes on from an older commit. Open the part again.");
        if (plan.Kind == SnapshotKind.Delta && (plan.Before != _commit || plan.From != _tracker.Cut))
        {
            throw Refused($"a part that goes on from commit {plan.Before}, cut {plan.From}",
                $"one from {_commit}, cut {_tracker.Cut}. Make the next commit a full, or open the part again.");
        }
    }

    // The trainer has seen that the commit is durable, and with it the part.
    private void Confirm(Guid commit, TableCut cut)
    {
        _tracker.Commit(cut);
        SaysSchema = false;
        (_commit, _unconfirmed) = (commit, null);
    }

    private static async Task<Guid> RestoreAsync(
        SnapshotStore store, SnapshotManifest? manifest, EmbeddingTableSet tables, string name, int threads, DeltaTracker tracker,
        CancellationToken cancellationToken)
    {
        if (manifest?.Newest is null) return Guid.Empty;
        RestoredSnapshot.Prepare(manifest.Newest, tables);
        try
        {
            using var chain = await ChainFiles.OpenPartAsync(store, manifest, name, cancellationToken).ConfigureAwait(false);
            tracker.GoOnAfter(manifest.Newest.To);
            await Task.Run(() => new TableRestore(tables, threads, cancellationToken).Run(chain.Files, null), cancellationToken)
                .ConfigureAwait(false);
            return manifest.Newest.Identity;
        }
        catch
        {
            foreach (var table in tables.Tables) table.Clear();
            throw;
        }
    }

    private SnapshotException Refused(string expected, string found) => new(SnapshotFault.Refused, $"part {Name}", expected, found);
}
