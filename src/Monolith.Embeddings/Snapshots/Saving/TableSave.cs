using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Progress;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// A table set on its way into a file: cut when it is made, written while others train. Used by one thread at a time; threads that train hand over what they are about to
/// change.
/// </summary>
internal sealed class TableSave : IDisposable
{
    private const int MostBufferedBytes = 32 << 20, LongestBlock = 1 << 18, ShortestBlock = 1 << 8;

    private readonly EmbeddingTableSet _tables;
    private readonly CutBlocks _blocks;
    private SnapshotWriter? _writer;
    private IReadOnlyList<TableDescription> _descriptions = [];
    private bool _isScanned;

    /// <summary>Cuts.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="tracker">Knows what changed since the last cut.</param>
    /// <param name="wantsFull">Whether everything is to be written.</param>
    /// <param name="destination">Receives the file; nothing else is written to it until <see cref="Write"/> returns.</param>
    /// <param name="headerOf">Makes the file's header; called at the cut.</param>
    /// <param name="time">Measures waiting.</param>
    public TableSave(EmbeddingTableSet tables, DeltaTracker tracker, bool wantsFull, Stream destination, Func<TableCut, SnapshotHeader> headerOf, TimeProvider time)
    {
        _tables = tables;
        var lanes = tables.Tables.Sum(t => t.StripeCount);
        // Half of the blocks may be half-filled, one for each stripe.
        _blocks = new CutBlocks(WriteBlock, Math.Clamp(MostBufferedBytes / (2 * lanes), ShortestBlock, LongestBlock), 2 * lanes, time);
        var start = time.GetTimestamp();
        var file = destination is SnapshotFileStream named ? named.Name : "";
        Cut = tracker.Take(wantsFull, table => LanesOf(table, file), cut =>
        {
            _writer = new SnapshotWriter(destination, headerOf(cut));
            for (var i = 0; i < tables.Tables.Count; i++) AddSections(i);
            _descriptions = TableDescriptions.Of(tables);
        });
        Pause = time.GetElapsedTime(start);
        Rows = tables.Count;
    }

    public TableCut Cut { get; }

    /// <summary>Whether it is the first of its trainer, whose options may be others than those of the trainer before.</summary>
    public bool IsFirst { get; init; }

    /// <summary>How long the cut took, with the wait for the verbs that were under way.</summary>
    public TimeSpan Pause { get; }

    /// <summary>How many rows the tables had.</summary>
    public long Rows { get; }

    /// <summary>How long threads that train waited for this save.</summary>
    public TimeSpan Waited => _blocks.Waited;

    /// <summary>How many rows were written.</summary>
    public long WrittenRows { get; private set; }

    /// <summary>How many removals were written.</summary>
    public long WrittenRemovals { get; private set; }

    /// <summary>Writes the file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sections">What else it holds, by name.</param>
    /// <param name="progress">Told of the stripes that are done; null for nobody.</param>
    /// <param name="cancellationToken">Asked between slices.</param>
    /// <exception cref="SnapshotException">The medium failed.</exception>
    public SnapshotFileEntry Write(
        string name, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections, SnapshotProgressReporter progress, CancellationToken cancellationToken)
    {
        // Filters first: until theirs is taken, a batch may have to hand over much at once.
        ForEachStripe((table, stripe) => table.ScanFilter(stripe), cancellationToken);
        foreach (var table in _tables.Tables) ScanRows(table, progress, cancellationToken);
        _isScanned = true;
        Drain();
        _writer!.AddBytes(TableSections.Tables, TableDescriptionFormat.Write(_descriptions));
        if (Cut.From == 0 || IsFirst) _writer.AddBytes(TableSections.Schema, SchemaDescriptionFormat.Write(_tables.Description));
        foreach (var (section, bytes) in sections) _writer.AddBytes(section, bytes.Span);
        return _writer.Complete(name);
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
                // Nobody writes to it any more.
            }
        }
    }

    private static LaneSections SectionsOf(int table) => new(3 * table, 3 * table + 1, 3 * table + 2);

    private void AddSections(int table)
    {
        _writer!.AddSection(TableSections.Rows(table));
        _writer.AddSection(TableSections.Removed(table));
        _writer.AddSection(TableSections.Admission(table));
    }

    private CutLane[] LanesOf(int table, string file)
    {
        var (first, all) = (_tables.Tables[table].FirstStripe, _tables.Tables[table].AllStripes);
        var (stripes, record) = (_tables.Tables[table].StripeCount, RowRecord.BytesOf(_tables.Tables[table].Rules.Layout));
        var isMasked = _tables.Tables[table].HashMask != ulong.MaxValue;
        return [.. Enumerable.Range(0, stripes).Select(i =>
            new SnapshotLane(file, _blocks, SectionsOf(table), isMasked ? KeyRange.All : KeyRange.OfStripe(first + i, all), record))];
    }

    private void ForEachStripe(Action<EmbeddingTable, int> action, CancellationToken cancellationToken)
    {
        foreach (var table in _tables.Tables)
        {
            for (var i = 0; i < table.StripeCount; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                action(table, i);
                Drain();
            }
        }
    }

    // Two stripes by turns: a lock that is taken again at once would not let in those who wait.
    private void ScanRows(EmbeddingTable table, SnapshotProgressReporter progress, CancellationToken cancellationToken)
    {
        for (var upper = table.StripeCount - 1; upper >= 0; upper -= 2)
        {
            var (hasUpper, hasLower) = (true, upper > 0);
            while (hasUpper || hasLower)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (hasUpper) hasUpper = table.ScanNext(upper);
                if (hasLower) hasLower = table.ScanNext(upper - 1);
                Drain();
            }
            progress.Report(WrittenRows, Rows);
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
            ? new SnapshotException(snapshot.Fault, snapshot.File, snapshot.Expected, snapshot.Found, snapshot)
            : new SnapshotException($"The save failed: {failure.Message}", failure);

    // By whoever writes the oldest block, one thread at a time.
    private void WriteBlock(CutBlock block)
    {
        _writer!.WriteBlock(block.Section, block.Range.First, block.Range.Last, block.Items, block.Payload);
        if (block.Section % 3 == 0) WrittenRows += block.Items;
        else if (block.Section % 3 == 1) WrittenRemovals += block.Items;
    }
}
