using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Snapshots.Contents;
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
/// <para><b>Threads.</b> A commit begins with a cut, which belongs between two steps of training: await
/// <see cref="CutAsync(SnapshotCommitContents, CancellationToken)"/> there. The writing that follows runs beside training, on any thread.
/// One commit at a time. Other members are thread-safe.</para>
/// <para><b>Failures</b> of a commit leave the tables as they are and the store at the commit before; the next one tells of all that
/// changed since.</para>
/// </remarks>
[DebuggerDisplay("Chain {Id}, incarnation {Incarnation}, newest commit {Newest?.Number}")]
public sealed partial class SnapshotChain : IDisposable, IAsyncDisposable
{
    /// <summary>The section of the dense model: <c>model</c>.</summary>
    public const string ModelSection = "model";

    private readonly SnapshotChainOptions _options;
    private readonly ChainTables _tables;
    private readonly DeltaTracker _tracker;
    private readonly CutBlockPool _blocks = new();
    private readonly ChainWatch _watch;
    private (SnapshotCommit Commit, TableCut Cut)? _uncertain;
    private int _attempt;
    private TableSave? _save;
    private int _isSaving;
    private volatile bool _isDisposed;

    internal SnapshotChain(
        SnapshotStore store, ChainTables tables, SnapshotChainOptions options, TimeProvider time, SnapshotManifest manifest,
        RestoredSnapshot? restored, DeltaTracker tracker)
    {
        (Store, _tables, _options, Time) = (store, tables, options, time);
        (Id, Incarnation, Trainer, Newest) = (manifest.Chain, manifest.Incarnation, manifest.Trainer, restored?.Commit);
        RestoredFrom = [.. manifest.NewestChain];
        RestoredSections = restored?.Sections ?? new Dictionary<string, ReadOnlyMemory<byte>>();
        Segments = restored?.Segments ?? [];
        _tracker = tracker;
        _watch = new ChainWatch(store, options.RereadBytes);
        _served = TableVersions.OfFollowing(manifest.Commits);
        _isFullHeld = RestoredFrom.FirstOrDefault() is { IsHeld: true };
    }

    /// <summary>The chain's identity.</summary>
    public Guid Id { get; }

    /// <summary>
    /// Which of the chain's trainers this is, from 1. The next one to open the store fences it off: its commits are then refused.
    /// </summary>
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

    /// <summary>The tables that its own file holds.</summary>
    internal EmbeddingTableSet Tables => _tables.Own;

    /// <summary>What writes the rows; null where the chain does.</summary>
    internal SnapshotParts? Parts => _tables.Parts;

    internal TimeProvider Time { get; }

    internal SnapshotChainOptions Options => _options;

    /// <summary>
    /// Whether it made a commit: its first says what its schema was made of, which may be other than in the commit before.
    /// </summary>
    internal bool HasCommitted { get; private set; }

    internal ILogger Log => _options.Logger ?? NullLogger.Instance;

    /// <summary>Takes a store over, and restores its newest commit into the tables. Begins a chain where the store is empty.</summary>
    /// <param name="store">Where snapshots live.</param>
    /// <param name="tables">The tables; empty, unless the store is.</param>
    /// <param name="options">How it saves and restores; the defaults where null.</param>
    /// <param name="timeProvider">The clock of commits; the system's where null.</param>
    /// <param name="progress">Told how far the restore has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the restore; the tables are then empty.</param>
    /// <exception cref="SnapshotException">
    /// The store failed, a file was changed, or it does not fit the tables; these are as they were.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The tables have no room for this many rows; they are empty.</exception>
    /// <exception cref="InvalidOperationException">
    /// The tables have rows and the store has commits, or something else saves or loads the tables.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<SnapshotChain> OpenAsync(
        SnapshotStore store, EmbeddingTableSet tables, SnapshotChainOptions? options = null, TimeProvider? timeProvider = null,
        IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tables);
        return await OpenAcceptedAsync(store, new(tables), options, timeProvider, null, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// As the other, for tables whose rows parts write: restores each part where it belongs, and cuts, writes and publishes all of them
    /// with each commit. Where a part cannot give a delta, the commit is a full snapshot.
    /// </summary>
    /// <param name="store">Where snapshots live.</param>
    /// <param name="tables">The tables; empty, unless the store is. A range of them in each part.</param>
    /// <param name="parts">Write the rows.</param>
    /// <param name="options">
    /// How it saves and restores; the defaults where null. <see cref="SnapshotChainOptions.RestoreParts"/> is not looked at.
    /// </param>
    /// <param name="timeProvider">The clock of commits; the system's where null.</param>
    /// <param name="progress">Told how far the restore has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the restore; the tables are then empty.</param>
    /// <exception cref="SnapshotException">
    /// The store failed, a file was changed, the newest commit has other parts, or it does not fit the tables; these are as they were.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The tables have no room for this many rows; they are empty.</exception>
    /// <exception cref="InvalidOperationException">
    /// The tables have rows and the store has commits, or something else saves or loads the tables.
    /// </exception>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public static async Task<SnapshotChain> OpenAsync(
        SnapshotStore store, TableSet tables, SnapshotParts parts, SnapshotChainOptions? options = null, TimeProvider? timeProvider = null,
        IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(parts);
        return await OpenAcceptedAsync(store, new(tables, parts), options, timeProvider, null, progress, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// As the other; what was restored is shown before the store is taken over, so that a trainer which cannot use it fences none off.
    /// </summary>
    internal static async Task<SnapshotChain> OpenAcceptedAsync(
        SnapshotStore store, ChainTables tables, SnapshotChainOptions? options, TimeProvider? timeProvider,
        Func<RestoredSnapshot, CancellationToken, ValueTask>? accept, IProgress<SnapshotProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        OptionErrors.ThrowIfInvalid(options ??= new SnapshotChainOptions());
        options = options.Copy();
        if (tables.Parts is not null) options.RestoreParts = false;
        var opening = new ChainOpening(store, tables, options, accept, progress);
        return await opening.OpenAsync(timeProvider ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
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

    /// <summary>As the other, for a commit that may append and drop segments of incremental sections, and have parts.</summary>
    /// <param name="contents">What the commit holds beside the tables.</param>
    /// <param name="cancellationToken">Cancels the call before the cut.</param>
    /// <returns>The commit, to be written and disposed by the caller.</returns>
    /// <exception cref="ArgumentException">
    /// The name of a section or of a part cannot be used, there are too many sections, a segment has the name of another that lives, there
    /// is no table of a name, or a delta was to have other parts than the commit before. Segments to be appended that live already, and
    /// those to be dropped that do not, are no error: a commit may be tried again.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another commit is being written.</exception>
    /// <exception cref="ObjectDisposedException">The chain is disposed.</exception>
    /// <exception cref="SnapshotException">The store failed, or another trainer has taken it over.</exception>
    public async ValueTask<PendingSnapshot> CutAsync(SnapshotCommitContents contents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(contents.Sections, "sections");
        TableSections.RequireUsersOwn(contents.Sections.Keys);
        PartNames.Require(contents.PartNames);
        if (Parts is null) return await CutOnceAsync(contents, cancellationToken).ConfigureAwait(false);
        if (contents.PartNames.Count > 0)
            throw new ArgumentException("The chain writes its parts itself; name none.", nameof(contents));
        contents = contents.WithParts(Parts.Names);
        try
        {
            return await CutOnceAsync(contents, cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException refusal) when (refusal.Fault == SnapshotFault.Refused && Newest is not null && !contents.IsFull)
        {
            // A part that cannot give a delta, because it removed too much or was opened apart, can give a full.
            contents = contents.AsFull();
            return await CutOnceAsync(contents, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Cuts now and writes the commit: <see cref="CutAsync(SnapshotCommitContents, CancellationToken)"/> and
    /// <see cref="PendingSnapshot.WriteAsync(IProgress{SnapshotProgress}, CancellationToken)"/> in one.
    /// </summary>
    /// <param name="sections">See <see cref="CutAsync(SnapshotCommitContents, CancellationToken)"/>.</param>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the commit; the store is then as it was.</param>
    /// <inheritdoc cref="CutAsync(SnapshotCommitContents, CancellationToken)" path="/exception" />
    public async Task<SnapshotCommit> CommitAsync(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, IProgress<SnapshotProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var pending = await CutAsync(sections, false, cancellationToken).ConfigureAwait(false);
        await using (pending.ConfigureAwait(false)) return await pending.WriteAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Frees the memory of the restored sections.</summary>
    public void ReleaseRestoredSections() => RestoredSections = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>
    /// Ends the following of the tables; a commit that is being written fails. Neither the tables nor the store are disposed.
    /// </summary>
    public void Dispose()
    {
        if (TryDispose()) _tables.CloseAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="Dispose"/>; where parts are elsewhere, they are waited for without a thread.</summary>
    public async ValueTask DisposeAsync()
    {
        if (TryDispose()) await _tables.CloseAsync().ConfigureAwait(false);
    }

    private bool TryDispose()
    {
        if (_isDisposed) return false;
        _isDisposed = true;
        Volatile.Read(ref _save)?.Dispose();
        _tracker.Dispose();
        return true;
    }
}
