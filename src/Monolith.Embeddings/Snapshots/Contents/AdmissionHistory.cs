using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// The state of a table's admission filter over the files of a chain: what a file has of a range of mixed ids replaces all that older ones
/// have of it. Ranges are those of stripes, so never less than a partition.
/// </summary>
internal sealed class AdmissionHistory
{
    private const int PartitionShift = 54;

    private readonly IReadOnlyList<SnapshotContents> _chain;
    private readonly int _table;

    // For each partition, the newest file that has it.
    private readonly int[] _newest = new int[AdmissionContext.Partitions];

    /// <param name="chain">A full and the deltas after it, in order.</param>
    /// <param name="table">Which table.</param>
    public AdmissionHistory(IReadOnlyList<SnapshotContents> chain, int table)
    {
        (_chain, _table) = (chain, table);
        for (var file = 0; file < chain.Count; file++)
        {
            foreach (var block in chain[file].Tables[table].AdmissionBlocks)
            {
                var entry = chain[file].Reader.Blocks[block];
                _newest.AsSpan((int)(entry.First >> PartitionShift)..((int)(entry.Last >> PartitionShift) + 1)).Fill(file);
            }
        }
    }

    /// <summary>The records that hold at the end of the chain, read as they are asked for.</summary>
    /// <exception cref="SnapshotException">A file was changed.</exception>
    public IEnumerable<AdmissionRecord> Records()
    {
        for (var file = 0; file < _chain.Count; file++)
        {
            foreach (var record in RecordsOf(file)) yield return record;
        }
    }

    private IEnumerable<AdmissionRecord> RecordsOf(int file)
    {
        var contents = _chain[file];
        // The blocks of one stripe may stand among those of others: a record goes on in the next block of its own range.
        foreach (var range in contents.Tables[_table].AdmissionBlocks.GroupBy(block => contents.Reader.Blocks[block].First))
        {
            var assembler = new AdmissionAssembler(contents.Name);
            foreach (var block in contents.Reader.Read(range))
            {
                foreach (var record in assembler.Add(block.Payload))
                {
                    RequireRange(contents.Name, block.Entry.Range, record.MixedId);
                    if (_newest[record.MixedId >> PartitionShift] == file) yield return record;
                }
            }
            assembler.End();
        }
    }

    private static void RequireRange(string file, KeyRange range, ulong mixedId)
    {
        if (range.Contains(mixedId)) return;
        throw new SnapshotException(SnapshotFault.Damaged, file,
            $"a record of admission between {range.First:x16} and {range.Last:x16}", $"one of {mixedId:x16}.");
    }
}
