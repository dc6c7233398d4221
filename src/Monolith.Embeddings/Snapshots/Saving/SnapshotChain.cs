using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
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
/// Saves the tables of a set to a store, commit by commit: a full snapshot first, then what changed. Opening it takes the store over from
/// the trainer that wrote to it before, and restores the newest commit. Beside the tables a commit holds named sections: the dense model,
/// the position in the stream, whatever must be of one moment with the rows.
/// </summary>
/// <remarks>
/// <para><b>Threads.</b> A commit begins with a cut, which belongs between two steps of whoever trains: await <see cref="CutAsync"/> there. The writing that follows runs beside training, on any thread. One commit at a
/// time. Other members are thread-safe.</para>
/// <para><b>Failures</b> of a commit leave the tables as they are and the store at the commit before; the next one tells of all that changed since.</para>
/// </remarks>
[DebuggerDisplay("Chain {Id}, incarnation {Incarnation}, newest commit {Newest?.Number}")]
public sealed class SnapshotChain : IDisposable
{
    /// <summary>The section of the dense model: <c>model</c>.</summary>
    public const string ModelSection = "model";

    private readonly SnapshotChainOptions _options;
    private readonly DeltaTracker _tracker;
    private readonly ChainWatch _watch;
    private (SnapshotCommit Commit, TableCut Cut)? _uncertain;
    private int _attempt;
    private bool _hasCommitted;
    private TableSave? _save;
    private int _isSaving;
    private volatile bool _isDisposed;

    private SnapshotChain(SnapshotStore store, EmbeddingTableSet tables, SnapshotChainOptions options, TimeProvider time, SnapshotManifest manifest, RestoredSnapshot? restored, DeltaTracker tracker)
    {
        (Store, Tables, _options, Time) = (store, tables, options, time);
        (Id, Incarnation, Trainer, Newest) = (manifest.Chain, manifest.Incarnation, manifest.Trainer, restored?.Commit);
        RestoredFrom = [.. manifest.NewestChain];
        RestoredSections = restored?.Sections ?? new Dictionary<string, ReadOnlyMemory<byte>>();
        _tracker = tracker;
        _watch = new ChainWatch(store, options.RereadBytes);
    }

    /// <summary>The chain's identity.</summary>
    public Guid Id { get; }

    /// <summary>Which of the chain's trainers this is, from 1. The next one to open the store fences it off: its commits are then refused.</summary>
    public ulong Incarnation { get; }

    /// <summary>The newest commit that is durable: made here, or restored; null before the first.</summary>
    public SnapshotCommit? Newest { get; private set; }

    /// <summary>The named sections of the commit that was restored; none where there was none.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> RestoredSections { get; private set; }

    /// <summary>What was restored: the newest full, and the deltas after it; empty where there was none.</summary>
    internal IReadOnlyCollection<SnapshotCommit> RestoredFrom { get; }

    /// <summary>The identity of this trainer: two may have one incarnation's number, where a store was set back.</summary>
    internal Guid Trainer { get; }

    internal SnapshotStore Store { get; }

    internal EmbeddingTableSet Tables { get; }

    internal TimeProvider Time { get; }

    internal SnapshotChainOptions Options => _options;

    internal ILogger Log => _options.Logger ?? NullLogger.Instance;

    /// <summary>Takes a store over, and restores its newest commit into the tables. Begins a chain where the store is empty.</summary>
    /// <param name="store">Where snapshots live.</param>
    /// <param name="tables">The tables; empty, unless the store is.</param>
    /// <param name="options">How it saves and restores; the defaults where null.</param>
    /// <param name="timeProvider">The clock of commits; the system's where null.</param>
    /// <param name="progress">Told how far the restore has come; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the restore; the tables are then empty.</param>
    /// <exception cref="SnapshotException">The store failed, a file was changed, or it does not fit the tables; these are as they were.</exception>
    /// <exception cref="InsufficientMemoryException">The tables have no room for so many rows; they are empty.</exception>
    /// <exception cref="InvalidOperationException">
    /// The tables have rows and the store has commits, or something else saves or loads the tables.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<SnapshotChain> OpenAsync(
        SnapshotStore store, EmbeddingTableSet tables, SnapshotChainOptions? options = null, TimeProvider? timeProvider = null,
        IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default) =>
        await OpenAcceptedAsync(store, tables, options, timeProvider, null, progress, cancellationToken).ConfigureAwait(false);

    /// <summary>As the other; what was restored is shown before the store is taken over, so that who cannot use it fences nobody off.</summary>
    internal static async Task<SnapshotChain> OpenAcceptedAsync(
        SnapshotStore store, EmbeddingTableSet tables, SnapshotChainOptions? options, TimeProvider? timeProvider, Action<RestoredSnapshot>? accept,
        IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(tables);
        OptionErrors.ThrowIfInvalid(options ??= new SnapshotChainOptions());
        RequireSavable(tables);
        timeProvider ??= TimeProvider.System;
        var publisher = new SnapshotPublisher(store);
        using var claim = new TableClaim(tables);
        RestoredSnapshot? restored = null;
        DeltaTracker? tracker = null;
        try
        {
            // What cannot be restored does not fence off the trainer that is at work.
            await RestoreAsync().ConfigureAwait(false);
            var (newChain, trainer) = (SnapshotIdentity.New(), SnapshotIdentity.New());
            var manifest = await publisher.TakeOverAsync(newChain, cancellationToken, trainer).ConfigureAwait(false);
            if (manifest.Newest?.Identity != restored?.Commit.Identity)
            {
                // The other trainer committed meanwhile; from here on it cannot.
                Undo();
                await RestoreAsync().ConfigureAwait(false);
            }
            var chain = new SnapshotChain(store, tables, options.Copy(), timeProvider, manifest, restored, tracker!);
            chain.Log.TookOver(chain.Incarnation, chain.Id, chain.Newest?.Number ?? 0, tables.Count);
            return chain;
        }
        catch
        {
            Undo();
            throw;
        }

        async Task RestoreAsync()
        {
            // Before a row is read: no other load may restore into the tables, and what is written to them meanwhile is to be told from
            // what is restored.
            tracker = tables.Track();
            restored = await RestoredSnapshot.RestoreNewestAsync(
                publisher, tables, options.RestoreThreads, tracker.GoOnAfter, progress, cancellationToken).ConfigureAwait(false);
            if (restored is not null) accept?.Invoke(restored);
        }

        void Undo()
        {
            tracker?.Dispose();
            tracker = null;
            if (restored is null) return;
            foreach (var table in tables.Tables) table.Clear();
        }
    }

    /// <summary>
    /// Cuts: the commit will hold the tables and the sections as they are now. Verbs that are under way on other threads end first, and
    /// those that begin wait: milliseconds, whatever the size of the tables.
    /// </summary>
    /// <param name="sections">
    /// Bytes by name: up to 1,024 sections, whose names have no slash and 1 to 256 bytes in UTF-8. The bytes are not to be changed until
    /// the commit is written.
    /// </param>
    /// <param name="full">Whether to write everything, though a delta would do.</param>
    /// <param name="cancellationToken">Cancels the call before the cut.</param>
    /// <returns>The commit, to be written and disposed by the caller.</returns>
    /// <exception cref="ArgumentException">A section's name cannot be used, or there are too many sections.</exception>
    /// <exception cref="InvalidOperationException">Another commit is being written.</exception>
    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    /// <exception cref="SnapshotException">The store failed, or another trainer has taken it over.</exception>
    public async ValueTask<PendingSnapshot> CutAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, bool full = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sections);
        TableSections.RequireUsersOwn(sections.Keys);
        RequireOpen();
        if (Interlocked.Exchange(ref _isSaving, 1) != 0)
            throw new InvalidOperationException("A commit of this chain is being written already; one at a time. Write or dispose it first.");
        SnapshotFileStream? file = null;
        try
        {
            await ResolveAsync(cancellationToken).ConfigureAwait(false);
            var number = (Newest?.Number ?? 0) + 1;
            var wantsFull = full || Newest is null || await IsBrokenAsync(Newest, cancellationToken).ConfigureAwait(false);
            var attempt = ++_attempt;
            // Before the cut, when it is not known yet whether a delta will do: a log that was outgrown makes it a full.
            var kind = wantsFull ? SnapshotKind.Full : SnapshotKind.Delta;
            var name = SnapshotNames.Training(number, kind, Incarnation, Trainer, attempt);
            file = await Store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
            var save = _save = new TableSave(Tables, _tracker, wantsFull, file, HeaderOf, Time) { IsFirst = !_hasCommitted };
            return new PendingSnapshot(this, save, file, number, attempt, sections);
        }
        catch
        {
            if (file is not null) await file.DisposeAsync().ConfigureAwait(false);
            EndSave(null);
            throw;
        }
    }

    /// <summary>Cuts now and writes the commit: <see cref="CutAsync"/> and <see cref="PendingSnapshot.WriteAsync"/> in one.</summary>
    /// <param name="sections">See <see cref="CutAsync"/>.</param>
    /// <param name="progress">Told how far it has come; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the commit; the store is then as it was.</param>
    /// <inheritdoc cref="CutAsync" path="/exception" />
    public async Task<SnapshotCommit> CommitAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var pending = await CutAsync(sections, false, cancellationToken).ConfigureAwait(false);
        await using (pending.ConfigureAwait(false)) return await pending.WriteAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Frees the memory of the restored sections.</summary>
    public void ReleaseRestoredSections() => RestoredSections = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>Ends the following of the tables; a commit that is being written fails. Neither the tables nor the store are disposed.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Volatile.Read(ref _save)?.Dispose();
        _tracker.Dispose();
    }

    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    /// <summary>Publishes a commit whose files are durable.</summary>
    internal async Task PublishAsync(SnapshotCommit commit, TableCut cut, CancellationToken cancellationToken)
    {
        // Until somebody has seen the manifest, it may be there or not.
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

    internal void EndSave(TableSave? save)
    {
        Interlocked.CompareExchange(ref _save, null, save);
        Volatile.Write(ref _isSaving, 0);
    }

    internal SnapshotHeader HeaderOf(TableCut cut) => new()
    {
        Kind = cut.From == 0 ? SnapshotFileKind.Full : SnapshotFileKind.Delta,
        Chain = Id,
        Incarnation = Incarnation,
        From = cut.From,
        To = cut.To,
        SchemaFingerprint = FileFingerprint.Of(Tables),
    };

    /// <summary>Requires tables whose rows a file can hold.</summary>
    /// <exception cref="NotSupportedException">A row is too long.</exception>
    internal static void RequireSavable(EmbeddingTableSet tables)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Snapshots hold rows as they are in memory, little-endian; this processor is not.");
        foreach (var description in TableDescriptions.Of(tables))
        {
            var bytes = Rows.RowRecord.BytesOf(description.Layout);
            if (bytes > SnapshotFormat.MaxPayloadBytes)
                throw new NotSupportedException($"A row of table '{description.Name}' takes {bytes} bytes with its optimizer state; a snapshot holds rows of up to {SnapshotFormat.MaxPayloadBytes}.");
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

    // A delta that goes on from what cannot be restored is of no use.
    private async Task<bool> IsBrokenAsync(SnapshotCommit newest, CancellationToken cancellationToken)
    {
        if (await _watch.FindFaultAsync(newest.Identity, cancellationToken).ConfigureAwait(false) is not { } fault) return false;
        SnapshotMeter.Broken(fault.Fault);
        Log.Broken(fault.File, newest.Number, newest.Number + 1, fault.Message);
        return true;
    }

    private void Accept(SnapshotCommit commit, TableCut cut)
    {
        Newest = commit;
        _hasCommitted = true;
        _uncertain = null;
        _tracker.Commit(cut);
    }
}
