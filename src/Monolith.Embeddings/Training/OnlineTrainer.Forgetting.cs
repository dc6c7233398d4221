using System.Collections.Concurrent;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Forgetting;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Forgetting;
using Monolith.Embeddings.Training.Reading;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    internal const string ForgottenSection = "forgotten";

    private readonly ConcurrentQueue<PendingForget> _toForget = new();
    private long _forgottenUpTo;
    private SuppressedExamples? _suppressed;
    private ExampleBatch? _left;
    private Action? _wakeRun;

    /// <summary>
    /// How many examples were left out because they have an id that was forgotten, since the trainer was made. They are neither scored nor
    /// learned from.
    /// </summary>
    public long SuppressedExamples { get; private set; }

    /// <summary>
    /// Forgets ids, for example a person's: removes their rows, and what is counted and remembered of them; keeps a list of keyed hashes
    /// beside the commits, so that no rewind, restore or replay brings them back; and commits. Examples that have such an id are left out
    /// from then on, see <see cref="ForgetRequest.Until"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// May be called by any thread, also while the trainer runs: it is done between two batches. A callback of a run must not wait for it.
    /// A trainer that does not run restores its newest commit first, where no run has done so. Where the source has a joiner or a negative
    /// sampler, what was read ahead is read again, without what they knew of the ids.
    /// </para>
    /// <para>
    /// When this returns, all of it is durable, and a crash takes nothing back. Where it fails, or the process dies before it returns, call
    /// it again: what was done is then done already. Without a store it lasts as long as the trainer.
    /// </para>
    /// <para>
    /// Dense weights have learned from the examples too, and are not unlearned. Which files still hold the ids, and until when, is in the
    /// report; <see cref="SnapshotInspector.FindForgottenAsync"/> says later whether any does.
    /// </para>
    /// </remarks>
    /// <param name="request">What is to be forgotten. Copied.</param>
    /// <param name="cancellationToken">
    /// Cancels it before anything changes; afterwards only the search for files that still hold the ids, of which the rest then may.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The request cannot be used: it names no id, or a table that the schema does not have. All that is wrong is told; nothing changed.
    /// </exception>
    /// <exception cref="NotSupportedException">The tables are not in this process as one <see cref="EmbeddingTableSet"/>.</exception>
    /// <exception cref="InvalidOperationException">A batch failed in the middle.</exception>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    /// <exception cref="SnapshotException">A store failed. Some of it may be done; call it again.</exception>
    public async Task<ForgetReport> ForgetAsync(ForgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Require(_tables.Schema);
        if (_tables is not EmbeddingTableSet)
            throw new NotSupportedException($"The tables are a {_tables.GetType().Name}; ids are forgotten in an "
                + $"{nameof(EmbeddingTableSet)} of this process alone. Nothing was forgotten.");
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        request = request.Copy();
        var asked = new PendingForget(request, cancellationToken);
        _toForget.Enqueue(asked);
        // The end of a run looks into the queue afterwards, so that nothing waits for a run that has ended.
        if (Interlocked.Exchange(ref _isRunning, 1) == 0) await ForgetBetweenRunsAsync().ConfigureAwait(false);
        else Volatile.Read(ref _wakeRun)?.Invoke();
        var report = await asked.Report.ConfigureAwait(false);
        return await HeldFiles.LookAsync(report, _store, request, cancellationToken).ConfigureAwait(false);
    }

    // By the thread that runs alone, between two runs.
    private async Task ForgetBetweenRunsAsync()
    {
        await TryForgetAsync().ConfigureAwait(false);
        await EndRunAsync().ConfigureAwait(false);
    }

    // False where nothing was asked, or another thread runs by now, which does it.
    private async ValueTask<bool> ForgetWhatIsLeftAsync()
    {
        if (_toForget.IsEmpty || Interlocked.Exchange(ref _isRunning, 1) != 0) return false;
        await TryForgetAsync().ConfigureAwait(false);
        return true;
    }

    private async ValueTask TryForgetAsync()
    {
        try
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_commits is null) await BeginCommitsAsync(CancellationToken.None).ConfigureAwait(false);
            await ForgetWhatIsAskedAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            RefuseToForget(failure);
        }
    }

    private void RefuseToForget(Exception cause)
    {
        while (_toForget.TryDequeue(out var asked)) asked.Fail(cause);
    }

    // Whether it is to be done without a reading, which then begins again at the position.
    private async ValueTask<bool> ForgetBetweenBatchesAsync()
    {
        if (_toForget.IsEmpty) return false;
        if (_source.ForgetsAtRest) return true;
        await ForgetWhatIsAskedAsync().ConfigureAwait(false);
        return false;
    }

    private async ValueTask ForgetWhatIsAskedAsync()
    {
        while (_toForget.TryDequeue(out var asked)) await asked.RunAsync(ForgetAloneAsync).ConfigureAwait(false);
    }

    // What was learned before is committed first: a process that dies in between then goes on where this was asked.
    private async Task<ForgetReport> ForgetAloneAsync(ForgetRequest request, CancellationToken cancellationToken)
    {
        RequireWhole();
        if (_commits is not null) await _commits.CommitNowAsync(Point, _capture).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var list = request.AddTo(_suppressed?.List ?? SuppressionList.Empty);
        // From here on it is sure to happen, if only at the next start.
        if (_store is not null) list = await SuppressionStore.AddAsync(_store, list, CancellationToken.None).ConfigureAwait(false);
        _suppressed = new SuppressedExamples(_source.Schema, list);
        var rows = 0;
        foreach (var (table, ids) in request.Tables)
        {
            rows += ((EmbeddingTableSet)_tables)[table].Forget([.. ids]);
            _removals.Add(table, ids);
            ForgetTexts(table, ids.Contains);
            _savedRemovals?.Forget(table, ids.Contains);
        }
        var inputs = await _source.ForgetAsync(list, Position, CancellationToken.None).ConfigureAwait(false);
        if (_commits is not null) await CommitRemovalsAsync().ConfigureAwait(false);
        foreach (var store in request.Backups) await SuppressionStore.AddAsync(store, list, CancellationToken.None).ConfigureAwait(false);
        var report = await ReportAsync(request, rows, inputs).ConfigureAwait(false);
        _log.Forgotten(report.Ids, report.RowsRemoved, report.LoggedExamplesRemoved, report.Commits.Count);
        return report;
    }

    private void ForgetTexts(string table, Func<long, bool> isForgotten)
    {
        if (Catalogue is not null) Catalogue.RemoveAll(table, isForgotten);
        else _commits?.ForgetTexts(table, isForgotten);
    }

    private async Task<ForgetReport> ReportAsync(ForgetRequest request, int rows, ForgottenInputs inputs) => new()
    {
        Ids = request.Count,
        RowsRemoved = rows,
        LoggedExamplesRemoved = inputs.LoggedExamples,
        ImpressionsRemoved = inputs.Impressions,
        SampledEntriesRemoved = inputs.SampledEntries,
        Commit = NewestCommit,
        Commits = _store is not null && NewestCommit is { } commit
            ? await HeldFiles.CommitsAsync(_store, commit.Number, _options.Synchronization.Retention).ConfigureAwait(false)
            : [],
        Backups = await HeldFiles.BackupsAsync([.. request.Backups]).ConfigureAwait(false),
    };

    // What was restored may be older than what was forgotten; or its trainer died between the two.
    private async ValueTask ForgetWhatWasRestoredAsync(SuppressionList list, CancellationToken cancellationToken)
    {
        if (list.IsEmpty) return;
        _suppressed = new SuppressedExamples(_source.Schema, list);
        await _source.ForgetAsync(list, Position, cancellationToken).ConfigureAwait(false);
        if (list.Generation <= _forgottenUpTo) return;
        var rows = 0;
        foreach (var table in ((EmbeddingTableSet)_tables).Tables.Where(table => list.Of(table.Name).Length > 0))
        {
            bool IsLater(long id) => list.TryFind(table.Name, id, out var found) && found.Generation > _forgottenUpTo;
            var ids = table.Collect(IsLater);
            rows += table.Forget(ids);
            _removals.Add(table.Name, ids);
            ForgetTexts(table.Name, IsLater);
            _savedRemovals?.Forget(table.Name, IsLater);
        }
        _log.ForgottenAgain(rows);
        await TryCommitRemovalsAsync().ConfigureAwait(false);
    }

    private async ValueTask TryCommitRemovalsAsync()
    {
        try
        {
            await CommitRemovalsAsync().ConfigureAwait(false);
        }
        catch (SnapshotException)
        {
            // Noted as any other; the next commit holds them.
        }
    }

    // With a full that is held back replicas get nothing, and a delta follows it.
    private async ValueTask CommitRemovalsAsync()
    {
        await _commits!.CommitNowAsync(Point, _capture, always: true).ConfigureAwait(false);
        if (NewestCommit is { IsHeldFull: true }) await _commits.CommitNowAsync(Point, _capture, always: true).ConfigureAwait(false);
    }

    private void SaveForgotten(Dictionary<string, ReadOnlyMemory<byte>> sections)
    {
        if (_suppressed is { List.Generation: > 0 and var generation }) sections[ForgottenSection] = BitConverter.GetBytes(generation);
    }

    // Up to which number of the list the commit has no row of a forgotten id.
    private void RestoreForgotten(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections) =>
        _forgottenUpTo = sections.TryGetValue(ForgottenSection, out var saved) && saved.Length == sizeof(long)
            ? BitConverter.ToInt64(saved.Span)
            : 0;

    private void RequireForgettable(SuppressionList list)
    {
        if (list.IsEmpty || _tables is EmbeddingTableSet) return;
        throw new NotSupportedException($"Ids were forgotten in this store, and tables in parts cannot leave them out. Train with one "
            + $"{nameof(EmbeddingTableSet)}.");
    }

    // The examples that are learned: without those that have a forgotten id.
    private ReadBatch LeaveOutForgotten(ReadBatch read)
    {
        if (_suppressed is not { } suppressed || !suppressed.Any(read.Examples)) return read;
        _left ??= new ExampleBatch(_source.Schema);
        _left.EndLoan();
        _left.Clear();
        for (var row = 0; row < read.Examples.Rows; row++)
        {
            if (!suppressed.IsSuppressed(read.Examples, row)) _left.Append(read.Examples, row);
        }
        _left.Position = read.Examples.Position;
        SuppressedExamples += read.Examples.Rows - _left.Rows;
        _left.Lend();
        if (_left.Rows > 0) read.Ids?.Collect(_left, _model.DerivedFeatures, learns: true);
        return read with { Examples = _left };
    }

    // Nothing is left of the batch to learn from.
    private void PassOver(ExampleBatch batch)
    {
        _stale?.DropNext();
        Steps++;
        Position = batch.Position;
    }
}
