using System.Buffers.Binary;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>
/// Turns what a stripe gives into blocks of a file. Gives nothing on once the save has failed. A block states the mixed ids that it may
/// hold, and a reader refuses one that holds another: so does the save, while the commit before is still there to go on from.
/// </summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="blocks">Where blocks come from and go to.</param>
/// <param name="table">The table, by its place in the set.</param>
/// <param name="range">The stripe's mixed ids.</param>
/// <param name="recordBytes">The length of a row's record.</param>
internal sealed class SnapshotLane(string file, CutBlocks blocks, int table, KeyRange range, int recordBytes) : CutLane
{
    // The state of a filter comes in between rows: each has a block of its own.
    private CutBlock? _open, _openFilter;

    public override void AddRow(Row row)
    {
        if (!Belongs(Mixed(row.Key), "a row")) return;
        if (recordBytes > blocks.BlockBytes) blocks.WriteLong(PlaceOf(BlockKind.Rows), row, recordBytes);
        else if (BlockFor(ref _open, BlockKind.Rows, recordBytes) is { } block) RowRecord.Write(row, block.Add(recordBytes));
    }

    public override void AddRemoval(long id)
    {
        if (!Belongs(Mixed(id), "a removal")) return;
        if (BlockFor(ref _open, BlockKind.Removed, sizeof(long)) is not { } block) return;
        BinaryPrimitives.WriteInt64LittleEndian(block.Add(sizeof(long)), id);
    }

    public override void BeginFilter()
    {
        if (FilterBlock(AdmissionPiece.HeaderBytes) is { } block)
            AdmissionPiece.Beginning(range.First).Write(block.Add(AdmissionPiece.HeaderBytes));
    }

    public override void Write(ulong mixedId, ReadOnlySpan<byte> record)
    {
        if (!Belongs(mixedId, "a record of admission")) return;
        var offset = 0;
        do
        {
            if (FilterBlock(AdmissionPiece.HeaderBytes + Math.Min(record.Length - offset, 1)) is not { } block) return;
            var piece = new AdmissionPiece(
                mixedId, record.Length, offset, Math.Min(record.Length - offset, block.Free - AdmissionPiece.HeaderBytes));
            var bytes = block.Add(AdmissionPiece.HeaderBytes + piece.Bytes);
            piece.Write(bytes);
            record.Slice(offset, piece.Bytes).CopyTo(bytes[AdmissionPiece.HeaderBytes..]);
            offset += piece.Bytes;
        }
        while (offset < record.Length);
    }

    public override void Fail(Exception cause) => blocks.Fail(cause);

    public override void EndFilter() => HandOver(ref _openFilter);

    public override void Complete() => HandOver(ref _open);

    private static ulong Mixed(long id) => KeyMixer.Mix(unchecked((ulong)id));

    private bool Belongs(ulong mixedId, string what)
    {
        if (range.Contains(mixedId)) return true;
        var expected = $"{what} between {range.First:x16} and {range.Last:x16}, mixed, from a stripe";
        var found = $"one of {mixedId:x16}, which is id {unchecked((long)KeyMixer.Unmix(mixedId))}. Nothing was published; "
            + "the tables cannot be saved. Restore the newest commit and train on from there.";
        blocks.Fail(new SnapshotException(SnapshotFault.Refused, file, expected, found));
        return false;
    }

    private BlockPlace PlaceOf(BlockKind kind) => new(table, kind, range);

    private CutBlock? FilterBlock(int itemBytes) => BlockFor(ref _openFilter, BlockKind.Admission, itemBytes);

    private CutBlock? BlockFor(ref CutBlock? open, BlockKind kind, int itemBytes)
    {
        if (open is not null && open.Place.Kind == kind && open.Free >= itemBytes) return open;
        HandOver(ref open);
        open = blocks.Rent();
        open?.Begin(PlaceOf(kind));
        return open;
    }

    private void HandOver(ref CutBlock? open)
    {
        if (open is null) return;
        blocks.HandOver(open);
        open = null;
    }
}
