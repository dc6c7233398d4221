using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Folding;

/// <summary>
/// Folds the rows of a table, one range of mixed ids after the other: what the deltas of the range did is gathered, ids alone; then the
/// full's rows are copied, without those that were removed or replaced, and then the deltas' newest. Deltas without a full become one
/// delta, which also has the ids whose rows are gone. Used once.
/// </summary>
/// <param name="chain">A full and the deltas after it, or deltas alone, in order.</param>
/// <param name="table">Which table.</param>
/// <param name="indexBytes">How much memory the ids of a range may take.</param>
/// <param name="output">Takes the rows and the removals.</param>
/// <param name="report">Told how many rows of the chain were done.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class TableFolding(
    IReadOnlyList<SnapshotContents> chain, int table, long indexBytes, FoldedTable output, Action<long> report,
    CancellationToken cancellationToken)
{
    private readonly double _mostIds = indexBytes / FoldingIndex.IdBytes;
    private readonly FoldingIndex _index = new((int)Math.Min(indexBytes / FoldingIndex.IdBytes, Array.MaxLength / 2));

    // The places of deltas begin here.
    private readonly int _firstDelta = chain[0].Header.Kind == SnapshotFileKind.Full ? 1 : 0;

    private delegate void ItemAction(FoldedBlock block, long id, ReadOnlySpan<byte> item);

    /// <exception cref="SnapshotException">A file was changed, or the medium failed.</exception>
    public void Run()
    {
        var walk = new RangeWalk(_mostIds, IsOfDelta, TryFold);
        walk.Run(KeyRange.All, [.. Enumerable.Range(0, chain.Count).SelectMany(BlocksOf)]);
        output.Flush();
    }

    // In the order in which things happened: removals of a delta come before its rows.
    private IEnumerable<FoldedBlock> BlocksOf(int file)
    {
        var (contents, blocks) = (chain[file].Tables[table], chain[file].Reader.Blocks);
        return [.. contents.RemovedBlocks.Select(i => new FoldedBlock(file, i, true, blocks[i])),
            .. contents.RowBlocks.Select(i => new FoldedBlock(file, i, false, blocks[i]))];
    }

    private bool TryFold(KeyRange range, List<FoldedBlock> blocks)
    {
        if (!TryGather(range, blocks.FindAll(IsOfDelta))) return false;
        ForEach(range, InOrder(blocks.Where(b => !IsOfDelta(b))), (block, id, record) =>
        {
            if (!_index.Contains(id)) output.AddRow(record, block.Entry.Range.Within(range));
        });
        ForEach(range, InOrder(blocks.Where(b => IsOfDelta(b) && !b.IsRemoval)), (block, id, record) =>
        {
            var isLast = _index.TryTake(id, block.File) ?? throw Twice(block, id);
            if (isLast) output.AddRow(record, block.Entry.Range.Within(range));
        });
        // What a full does not have is gone.
        if (_firstDelta > 0) return true;
        foreach (var id in _index.Removed) output.AddRemoved(id, range);
        return true;
    }

    private bool IsOfDelta(FoldedBlock block) => block.File >= _firstDelta;

    private bool TryGather(KeyRange range, List<FoldedBlock> deltas)
    {
        var isWhole = true;
        _index.Begin(deltas.Sum(b => b.ItemsIn(range)));
        foreach (var one in deltas)
        {
            ForEach(range, [one], (block, id, _) =>
            {
                // A range of one mixed id has one id, which always has room.
                if (_index.IsFull && !_index.Contains(id) && range.First < range.Last) isWhole = false;
                else if (block.IsRemoval) _index.Remove(id);
                else _index.Put(id, block.File);
            }, reports: false);
            if (!isWhole) return false;
        }
        return true;
    }

    // Rows of one range together, so that they share blocks of the full.
    private static IEnumerable<FoldedBlock> InOrder(IEnumerable<FoldedBlock> blocks) =>
        blocks.OrderBy(b => b.Entry.First).ThenBy(b => b.Entry.Last);

    private void ForEach(KeyRange range, IEnumerable<FoldedBlock> blocks, ItemAction action, bool reports = true)
    {
        foreach (var block in blocks)
        {
            var file = chain[block.File];
            var itemBytes = block.IsRemoval ? sizeof(long) : file.Tables[table].Records.RecordBytes;
            foreach (var read in file.Reader.Read([block.Block], cancellationToken))
            {
                var done = 0L;
                var items = new BlockItems(file.Name, read, itemBytes);
                while (items.MoveNext())
                {
                    if (!range.Contains(items.MixedId)) continue;
                    action(block, items.Id, items.Item);
                    done++;
                }
                if (reports) report(done);
            }
        }
    }

    private SnapshotException Twice(FoldedBlock block, long id) =>
        new(SnapshotFault.Damaged, chain[block.File].Name,
            $"one row for each id of table '{chain[block.File].Tables[table].Description.Name}'", $"two for {id}.");
}
