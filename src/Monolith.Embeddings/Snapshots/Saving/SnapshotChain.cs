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
/// <para><b>Threads.</b> A commit begins with a cut, which belongs between two steps of whoever trains: await <see cref="CutAsync(SnapshotCommitContents, CancellationToken)"/> there. The writing that follows runs beside training, on any thread. One commit at a
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
    private int _attempt, _segmentsBegun;
    private TableSave? _save;
    private int _isSaving;
    private volatile bool _isDisposed;

    private SnapshotChain(SnapshotStore store, EmbeddingTableSet tables, SnapshotChainOptions options, TimeProvider time, SnapshotManifest manifest, RestoredSnapshot? restored, DeltaTracker tracker)
    {
        (Store, Tables, _options, Time) = (store, tables, options, time);
        (Id, Incarnation, Trainer, Newest) = (manifest.Chain, manifest.Incarnation, manifest.Trainer, restored?.Commit);
        RestoredFrom = [.. manifest.NewestChain];
        RestoredSections = restored?.Sections ?? new Dictionary<string, ReadOnlyMemory<byte>>();
        Segments = restored?.Segments ?? [];
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

    /// <summary>The segments of incremental sections that live at <see cref="Newest"/>, in ordinal order of section and name.</summary>
    public IReadOnlyList<SnapshotSegment> Segments { get; private set; }

    /// <summary>What was restored: the newest full, and the deltas after it; empty where there was none.</summary>
    internal IReadOnlyCollection<SnapshotCommit> RestoredFrom { get; }

    /// <summary>The identity of this trainer: two may have one incarnation's number, where a store was set back.</summary>
    internal Guid Trainer { get; }

    internal SnapshotStore Store { get; }

    internal EmbeddingTableSet Tables { get; }

    internal TimeProvider Time { get; }

    internal SnapshotChainOptions Options => _options;

    /// <summary>Whether it made a commit: its first says what its schema was made of, which may be other than in the commit before.</summary>
    internal bool HasCommitted { get; private set; }

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
                publisher, tables, options.RestoreThreads, tracker.GoOnAfter, progress, options.RestoreParts, cancellationToken).ConfigureAwait(false);
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
    public ValueTask<PendingSnapshot> CutAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, bool full = false, CancellationToken cancellationToken = default) =>
        CutAsync(new SnapshotCommitContents { Sections = sections, IsFull = full }, cancellationToken);

    /// <summary>As the other, for a commit that may append and drop segments of incremental sections.</summary>
    /// <param name="contents">What the commit holds beside the tables.</param>
    /// <param name="cancellationToken">Cancels the call before the cut.</param>
    /// <returns>The commit, to be written and disposed by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// A section's name cannot be used, there are too many sections, or a segment has the name of another that lives. Segments to be appended
    /// that live already, and those to be dropped that do not, are no error: a commit may be tried again.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another commit is being written.</exception>
    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    /// <exception cref="SnapshotException">The store failed, or another trainer has taken it over.</exception>
    public async ValueTask<PendingSnapshot> CutAsync(SnapshotCommitContents contents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(contents.Sections, "sections");
        TableSections.RequireUsersOwn(contents.Sections.Keys);
        RequireOpen();
        if (Interlocked.Exchange(ref _isSaving, 1) != 0)
            throw new InvalidOperationException("A commit of this chain is being written already; one at a time. Write or dispose it first.");
        try
        {
            await ResolveAsync(cancellationToken).ConfigureAwait(false);
            var number = (Newest?.Number ?? 0) + 1;
            var segments = SegmentChange.Of(contents, Segments);
            // Where the tables took parts over, a delta would leave them to nobody.
            var tookOver = _options.RestoreParts && Newest?.Parts.Count > 0 && !HasCommitted;
            var wantsFull = contents.IsFull || tookOver || Newest is null || await IsBrokenAsync(Newest, cancellationToken).ConfigureAwait(false);
            return await PendingSnapshot.CutAsync(this, number, ++_attempt, wantsFull, contents.Sections, segments, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            EndSave(null);
            throw;
        }
    }

    /// <summary>Cuts now and writes the commit: <see cref="CutAsync(SnapshotCommitContents, CancellationToken)"/> and <see cref="PendingSnapshot.WriteAsync(IProgress{SnapshotProgress}, CancellationToken)"/> in one.</summary>
    /// <param name="sections">See <see cref="CutAsync(SnapshotCommitContents, CancellationToken)"/>.</param>
    /// <param name="progress">Told how far it has come; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the commit; the store is then as it was.</param>
    /// <inheritdoc cref="CutAsync(SnapshotCommitContents, CancellationToken)" path="/exception" />
    public async Task<SnapshotCommit> CommitAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var pending = await CutAsync(sections, false, cancellationToken).ConfigureAwait(false);
        await using (pending.ConfigureAwait(false)) return await pending.WriteAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes a segment of an incremental section, durably; it counts once a commit appends it. May be called at any time, and by several
    /// threads.
    /// </summary>
    /// <param name="section">The section: a name without a slash, of 1 to 256 bytes in UTF-8.</param>
    /// <param name="name">The segment: a name of 1 to 256 bytes in UTF-8 that no segment of the section has that lives when it is appended.</param>
    /// <param name="write">Writes its bytes, any number, to the stream, which it does not use afterwards.</param>
    /// <param name="cancellationToken">Cancels the writing; nothing is left.</param>
    /// <returns>The segment, for <see cref="SnapshotCommitContents.AppendedSegments"/>.</returns>
    /// <exception cref="ArgumentException">A name cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    /// <exception cref="SnapshotException">The store failed; nothing counts of what was written.</exception>
    public async Task<SnapshotSegment> WriteSegmentAsync(
        string section, string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(section);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(write);
        if (SnapshotSegmentRules.ProblemOf(section, name) is { } problem) throw new ArgumentException(problem);
        RequireOpen();
        var file = SnapshotNames.Segment(Newest?.Number ?? 0, Incarnation, Trainer, Interlocked.Increment(ref _segmentsBegun));
        var stream = await Store.CreateAsync(file, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var writer = SegmentFile.Begin(stream, Id, Incarnation);
        var bytes = writer.AddByteSection(section);
        await using (bytes.ConfigureAwait(false)) await write(bytes, cancellationToken).ConfigureAwait(false);
        var entry = writer.Complete(file);
        await stream.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new SnapshotSegment { Section = section, Name = name, File = entry };
    }

    /// <summary>Opens the bytes of a segment; each is checked before it is given.</summary>
    /// <param name="segment">A segment that was written, or that a commit of the manifest holds.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>A stream to be read forward; the caller disposes it.</returns>
    /// <exception cref="SnapshotException">The file is missing or was changed; reading throws it, too.</exception>
    public Task<Stream> OpenSegmentAsync(SnapshotSegment segment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(segment);
        return SegmentFile.OpenBytesAsync(Store, Id, segment, cancellationToken);
    }

    /// <summary>Deletes the files of segments that were written in vain, as far as that succeeds and no commit names them.</summary>
    /// <param name="segments">Segments that no commit is to append any more.</param>
    public ValueTask DiscardSegmentsAsync(IEnumerable<SnapshotSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        return Store.ForgetAsync(segments.Select(segment => segment.File.Name));
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

    /// <summary>Cuts the tables into a file.</summary>
    internal TableSave BeginSave(Stream file, bool wantsFull) =>
        _save = TableSave.Of(Tables, _tracker, wantsFull, new SaveFile(file, Header()), Time);

    internal void EndSave(TableSave? save)
    {
        Interlocked.CompareExchange(ref _save, null, save);
        Volatile.Write(ref _isSaving, 0);
    }

    // The kind and the numbers of the cut are known at the cut.
    private SnapshotHeader Header() => new()
    {
        Kind = SnapshotFileKind.Full,
        Chain = Id,
        Incarnation = Incarnation,
        From = 0,
        To = 0,
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
        Segments = SnapshotSegmentRules.LivingAt([commit], Segments);
        HasCommitted = true;
        _uncertain = null;
        _tracker.Commit(cut);
    }
}
