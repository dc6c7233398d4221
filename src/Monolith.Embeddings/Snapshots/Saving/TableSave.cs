using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// A table set on its way into a file: cut when it is made, written while others train. Used by one thread at a time; threads that train
/// hand over what they are about to change.
/// </summary>
internal sealed class TableSave : CutTarget, IDisposable
{
    private const int MostBufferedBytes = 32 << 20, LongestBlock = 1 << 18, ShortestBlock = 1 << 8;

    private readonly EmbeddingTableSet _tables;
    private readonly SaveFile _file;
    private readonly CutBlocks _blocks;
    private IReadOnlyList<TableDescription> _descriptions = [];
    private bool _isScanned;

    private TableSave(EmbeddingTableSet tables, SaveFile file, CutBlockPool pool, TimeProvider time)
    {
        (_tables, _file) = (tables, file);
        // Half of the blocks may be half-filled: one for each stripe, and one for its filter.
        var open = tables.Tables.Sum(t => t.FilterName is not null ? 2 * t.StripeCount : t.StripeCount);
        _blocks = new CutBlocks(file, Math.Clamp(MostBufferedBytes / (2 * open), ShortestBlock, LongestBlock), 2 * open, pool, time);
    }

    public TableCut Cut { get; private set; }

    /// <summary>How long the cut took, with the wait for the verbs that were under way.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>How many rows the tables had.</summary>
    public long Rows { get; private set; }

    /// <summary>How long threads that train waited for this save.</summary>
    public TimeSpan Waited => _blocks.Waited;

    /// <summary>How many rows were written.</summary>
    public long WrittenRows => _file.Rows;

    /// <summary>How many removals were written.</summary>
    public long WrittenRemovals => _file.Removals;

    /// <summary>Cuts.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="tracker">Knows what changed since the last cut.</param>
    /// <param name="wantsFull">Whether everything is to be written.</param>
    /// <param name="file">Receives what the tables hold.</param>
    /// <param name="pool">Keeps blocks between saves.</param>
    /// <param name="time">Measures waiting.</param>
    /// <param name="number">The number of the cut; the next one where null.</param>
    public static TableSave Of(
        EmbeddingTableSet tables, DeltaTracker tracker, bool wantsFull, SaveFile file, CutBlockPool pool, TimeProvider time,
        ulong? number = null)
    {
        var save = new TableSave(tables, file, pool, time);
        var start = time.GetTimestamp();
        tracker.Take(wantsFull, save, number);
        (save.Pause, save.Rows) = (time.GetElapsedTime(start), tables.Count);
        return save;
    }

    public override IReadOnlyList<CutLane> LanesOf(int table)
    {
        var saved = _tables.Tables[table];
        var (first, all, record) = (saved.FirstStripe, saved.AllStripes, RowRecord.BytesOf(saved.Rules.Layout));
        var isMasked = saved.HashMask != ulong.MaxValue;
        return [.. Enumerable.Range(first, saved.StripeCount).Select(i =>
            new SnapshotLane(_file.Name, _blocks, table, isMasked ? KeyRange.All : KeyRange.OfStripe(i, all), record))];
    }

    public override void Begin(TableCut cut)
    {
        Cut = cut;
        _file.Begin(cut);
        _descriptions = TableDescriptions.Of(_tables);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="sections">What else it holds, by name.</param>
    /// <param name="saysSchema">Whether it says what the schema was made of, though it is no full.</param>
    /// <param name="progress">Told of the stripes that are done; null for none.</param>
    /// <param name="cancellationToken">Asked between slices.</param>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    public SnapshotFileEntry Write(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, bool saysSchema, SnapshotProgressReporter progress,
        CancellationToken cancellationToken)
    {
        // Filters first: one that can only be written whole is written by a batch that comes before the scan.
        foreach (var table in _tables.Tables) ForEachStripe(table, table.ScanFilter, cancellationToken);
        foreach (var table in _tables.Tables)
            ForEachStripe(table, table.ScanNext, cancellationToken, () => progress.Report(WrittenRows, Rows));
        _isScanned = true;
        Drain();
        _blocks.Release();
        _file.AddBytes(TableSections.Tables, TableDescriptionFormat.Write(_descriptions));
        if (Cut.From == 0 || saysSchema) _file.AddBytes(TableSections.Schema, SchemaDescriptionFormat.Write(_tables.Description));
        foreach (var (section, bytes) in sections) _file.AddBytes(section, bytes.Span);
        return _file.Complete();
    }

    /// <summary>Ends what is unfinished: nothing is handed over any more.</summary>
    public void Dispose()
    {
        if (_isScanned) return;
        _blocks.Fail(new OperationCanceledException());
        foreach (var table in _tables.Tables)
        {
            try
            {
                table.EndScan();
            }
            catch (ObjectDisposedException)
            {
                // It is not written to any more.
            }
        }
    }

    // Two stripes by turns: a lock that is taken again at once would not let in those who wait.
    private void ForEachStripe(EmbeddingTable table, Func<int, bool> next, CancellationToken cancellationToken, Action? afterTwo = null)
    {
        for (var upper = table.StripeCount - 1; upper >= 0; upper -= 2)
        {
            var (hasUpper, hasLower) = (true, upper > 0);
            while (hasUpper || hasLower)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (hasUpper) hasUpper = next(upper);
                if (hasLower) hasLower = next(upper - 1);
                Drain();
            }
            afterTwo?.Invoke();
        }
    }

    private void Drain()
    {
        while (_blocks.WriteOldest())
        {
        }
        if (_blocks.Failure is { } failure) throw Rethrown(failure);
    }

    private static SnapshotException Rethrown(Exception failure) =>
        failure is SnapshotException snapshot
            ? snapshot.Again()
            : new SnapshotException($"The save failed: {failure.Message}", failure);
}
