using System.Diagnostics;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Snapshots.Saving;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// Writes the tables of this process as a part of commits that a trainer in another process makes: rows of a range of ids that no other part
/// has. The trainer cuts, sends <see cref="PendingSnapshot.Plan"/>, collects the parts, and publishes them together.
/// </summary>
/// <remarks>
/// <b>Threads.</b> One part at a time; cuts belong where those of <see cref="SnapshotChain"/> do. The writing runs beside training.
/// </remarks>
[DebuggerDisplay("Part {Name}")]
public sealed class SnapshotPartWriter : IDisposable
{
    private readonly SnapshotStore _store;
    private readonly EmbeddingTableSet _tables;
    private readonly TimeProvider _time;
    private readonly DeltaTracker _tracker;
    private TableCut? _unconfirmed;
    private int _isSaving;

    private SnapshotPartWriter(SnapshotStore store, EmbeddingTableSet tables, string name, TimeProvider time, DeltaTracker tracker)
    {
        (_store, _tables, Name, _time, _tracker) = (store, tables, name, time, tracker);
    }

    /// <summary>The part's name.</summary>
    public string Name { get; }

    /// <summary>Whether its file says what the schema was made of, though it is no full: until a first commit is known to be durable.</summary>
    internal bool SaysSchema { get; private set; } = true;

    /// <summary>Restores the part of this name from the newest commit, where there is one, and follows the tables from then on.</summary>
    /// <param name="store">Where snapshots live.</param>
    /// <param name="tables">The tables; empty, unless the store is.</param>
    /// <param name="name">The part's name, 1 to 256 bytes in UTF-8.</param>
    /// <param name="options">How it restores; the defaults where null.</param>
    /// <param name="timeProvider">Measures waiting; the system's where null.</param>
    /// <param name="cancellationToken">Cancels the restore; the tables are then empty.</param>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    /// <exception cref="SnapshotException">The store failed, a file was changed, or the newest commit has no such part; the tables are as they were.</exception>
    /// <exception cref="InvalidOperationException">The tables have rows and the store has commits, or something else saves or loads the tables.</exception>
    public static async Task<SnapshotPartWriter> OpenAsync(
        SnapshotStore store, EmbeddingTableSet tables, string name, SnapshotChainOptions? options = null, TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(tables);
        StoredNames.Require(name, "a part");
        OptionErrors.ThrowIfInvalid(options ??= new SnapshotChainOptions());
        SnapshotChain.RequireSavable(tables);
        using var claim = new TableClaim(tables);
        var tracker = tables.Track();
        try
        {
            await new SnapshotPublisher(store).ReadFilesAsync(
                manifest => RestoreAsync(store, manifest, tables, name, options.RestoreThreads, tracker, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new SnapshotPartWriter(store, tables, name, timeProvider ?? TimeProvider.System, tracker);
        }
        catch
        {
            tracker.Dispose();
            throw;
        }
    }

    /// <summary>Cuts: the part will hold the tables as they are now.</summary>
    /// <param name="plan">What the trainer's commit says.</param>
    /// <param name="cancellationToken">Cancels the call before the cut.</param>
    /// <returns>The part, to be written and disposed by the caller.</returns>
    /// <exception cref="SnapshotException">
    /// The store failed, or the tables cannot give a delta from that commit (<see cref="SnapshotFault.Refused"/>): the next commit must be a full.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another part is being written.</exception>
    public async Task<PendingPart> CutAsync(SnapshotPartPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (Interlocked.Exchange(ref _isSaving, 1) != 0)
            throw new InvalidOperationException("A part of these tables is being written already; one at a time. Write or dispose it first.");
        try
        {
            // A delta that goes on from the part before says that this one is durable.
            if (_unconfirmed is { } before && plan.From == before.To) Confirm(before);
            if (plan.Kind == SnapshotKind.Delta && plan.From != _tracker.Cut) throw Refused(plan, $"{_tracker.Cut}");
            return await PendingPart.CutAsync(this, _store, plan, Name, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            EndSave();
            throw;
        }
    }

    /// <summary>Ends the following of the tables. Neither they nor the store are disposed.</summary>
    public void Dispose() => _tracker.Dispose();

    internal TableSave BeginSave(SnapshotPartPlan plan, Stream file)
    {
        var header = new SnapshotHeader
        {
            Kind = SnapshotFileKind.Full,
            Chain = plan.Chain,
            Incarnation = plan.Incarnation,
            From = 0,
            To = 0,
            SchemaFingerprint = FileFingerprint.Of(_tables),
        };
        var save = TableSave.Of(_tables, _tracker, plan.Kind == SnapshotKind.Full, new SaveFile(file, header), _time, plan.To);
        _unconfirmed = save.Cut;
        if (save.Cut.From == plan.From) return save;
        save.Dispose();
        throw Refused(plan, "0, because too many rows were removed since");
    }

    internal void EndSave() => Volatile.Write(ref _isSaving, 0);

    private void Confirm(TableCut cut)
    {
        _tracker.Commit(cut);
        SaysSchema = false;
        _unconfirmed = null;
    }

    private static async Task<SnapshotManifest?> RestoreAsync(
        SnapshotStore store, SnapshotManifest? manifest, EmbeddingTableSet tables, string name, int threads, DeltaTracker tracker,
        CancellationToken cancellationToken)
    {
        if (manifest?.Newest is null) return manifest;
        RestoredSnapshot.Prepare(manifest.Newest, tables);
        try
        {
            using var chain = await ChainFiles.OpenPartAsync(store, manifest, name, cancellationToken).ConfigureAwait(false);
            tracker.GoOnAfter(manifest.Newest.To);
            await Task.Run(() => new TableRestore(tables, threads, cancellationToken).Run(chain.Files, null), cancellationToken).ConfigureAwait(false);
            return manifest;
        }
        catch
        {
            foreach (var table in tables.Tables) table.Clear();
            throw;
        }
    }

    private SnapshotException Refused(SnapshotPartPlan plan, string found) => new(
        SnapshotFault.Refused, $"part {Name}", $"a part from cut {plan.From}", $"one from cut {found}. Make the next commit a full.");
}
