using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Snapshots.Inspection;

/// <summary>
/// Reads a file as a restore and a fold do, without a table to put it into: every block, the ranges that blocks state, one row for each id,
/// the records of filters, the named sections.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="idBytes">How much memory the ids of a range may take; at least those of one block are held.</param>
/// <param name="cancellationToken">Asked before each block.</param>
internal sealed class RestoreCheck(SnapshotContents file, long idBytes, CancellationToken cancellationToken)
{
    private readonly List<long> _ids = [];
    private readonly int _mostIds = (int)Math.Clamp(idBytes / sizeof(long), 1, Array.MaxLength);

    /// <exception cref="SnapshotException">A restore or a fold would refuse the file.</exception>
    public void Run()
    {
        file.VerifyNamedSections();
        for (var table = 0; table < file.Tables.Count; table++)
        {
            CheckRows(table);
            foreach (var block in file.Reader.Read(file.Tables[table].RemovedBlocks, cancellationToken))
                BlockItems.Require(file.Name, block, sizeof(long));
            foreach (var _ in new AdmissionHistory([file], table).Records()) cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void CheckRows(int table)
    {
        var blocks = file.Tables[table].RowBlocks.Select(block => new FoldedBlock(0, block, false, file.Reader.Blocks[block])).ToList();
        new RangeWalk(_mostIds, _ => true, (range, some) => TryCheck(range, some, file.Tables[table])).Run(KeyRange.All, blocks);
    }

    private bool TryCheck(KeyRange range, List<FoldedBlock> blocks, TableContents table)
    {
        _ids.Clear();
        foreach (var block in file.Reader.Read(blocks.Select(b => b.Block), cancellationToken))
        {
            var items = new BlockItems(file.Name, block, table.Records.RecordBytes);
            while (items.MoveNext())
            {
                if (range.Contains(items.MixedId)) _ids.Add(items.Id);
            }
            // A range of one mixed id has one id.
            if (range.First == range.Last && _ids.Count > 1) throw Twice(table, _ids[0]);
            if (_ids.Count > _mostIds && range.First < range.Last) return false;
        }
        _ids.Sort();
        for (var i = 1; i < _ids.Count; i++)
        {
            if (_ids[i] == _ids[i - 1]) throw Twice(table, _ids[i]);
        }
        return true;
    }

    private SnapshotException Twice(TableContents table, long id) => new(
        SnapshotFault.Damaged, file.Name, $"one row for each id of table '{table.Description.Name}'", $"two for {id}.");
}
