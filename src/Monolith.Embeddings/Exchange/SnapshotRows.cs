using System.Numerics;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// The rows of a table in a snapshot, as they stand after its last delta, without the table: one range of ids after the other, from the
/// newest file to the oldest, where what a newer file has of an id hides what older ones have. The ranges are so many that the ids that the
/// deltas of one name fit into little memory.
/// </summary>
/// <param name="files">The full and the deltas, in order; training files.</param>
/// <param name="table">Which of their tables.</param>
/// <param name="changesAtOnce">About how many ids of the deltas to hold in memory.</param>
internal sealed class SnapshotRows(IReadOnlyList<SnapshotContents> files, int table, int changesAtOnce = 1 << 20) : TableRows
{
    private const int MostRanges = 1 << 16;

    private readonly TableDescription _description = files[^1].Tables[table].Description;

    public override IReadOnlyList<SegmentTraits> Segments { get; } = SegmentsOf(files[^1].Tables[table].Description);

    public override bool IdsCarrySlots => _description.IdsCarrySlots;

    public override void ForEach(RowChunkAction action, CancellationToken cancellationToken)
    {
        var changes = files.Where(file => file.Header.From > 0).Sum(file => file.Tables[table].Rows + file.Tables[table].Removed);
        var ranges = (int)Math.Min(MostRanges, BitOperations.RoundUpToPowerOf2((ulong)(changes / changesAtOnce) + 1));
        var buffer = new ChunkBuffer(RowsAtOnce, Dimension, action);
        for (var i = 0; i < ranges && buffer.WantsMore; i++) ReadRange(KeyRange.OfStripe(i, ranges), buffer, cancellationToken);
        buffer.Flush();
    }

    private static SegmentTraits[] SegmentsOf(TableDescription description)
    {
        var (traits, offset) = (new SegmentTraits[description.Segments.Count], 0);
        for (var i = 0; i < traits.Length; i++)
        {
            traits[i] = new SegmentTraits
            {
                Name = description.Segments[i].Name,
                Offset = offset,
                Dimension = description.Segments[i].Shape.Dimension
            };
            offset += traits[i].Dimension;
        }
        return traits;
    }

    private void ReadRange(KeyRange range, ChunkBuffer buffer, CancellationToken cancellationToken)
    {
        var decided = new HashSet<long>(IdComparer.Instance);
        for (var i = files.Count - 1; i >= 0 && buffer.WantsMore; i--)
        {
            var (file, isFull) = (files[i], files[i].Header.From == 0);
            // Within a file, rows count after removals: an id that has both was born again.
            foreach (var block in Read(file, file.Tables[table].RowBlocks, range, cancellationToken))
            {
                if (!TakeRows(file, block, range, decided, isFull, buffer)) return;
            }
            foreach (var block in Read(file, file.Tables[table].RemovedBlocks, range, cancellationToken))
            {
                var items = new BlockItems(file.Name, block, sizeof(long));
                while (items.MoveNext())
                {
                    if (range.Contains(items.MixedId)) decided.Add(items.Id);
                }
            }
        }
    }

    private static IEnumerable<BlockContents> Read(
        SnapshotContents file, IReadOnlyList<int> blocks, KeyRange range, CancellationToken cancellationToken) =>
        file.Reader.Read(blocks.Where(block => range.Overlaps(file.Reader.Blocks[block].Range)), cancellationToken);

    private bool TakeRows(
        SnapshotContents file, BlockContents block, KeyRange range, HashSet<long> decided, bool isFull, ChunkBuffer buffer)
    {
        var layout = file.Tables[table].Records;
        var items = new BlockItems(file.Name, block, layout.RecordBytes);
        while (buffer.WantsMore && items.MoveNext())
        {
            if (!range.Contains(items.MixedId)) continue;
            var isNew = isFull ? decided.Count == 0 || !decided.Contains(items.Id) : decided.Add(items.Id);
            if (isNew) buffer.Add(layout, items.Item);
        }
        return buffer.WantsMore;
    }
}
