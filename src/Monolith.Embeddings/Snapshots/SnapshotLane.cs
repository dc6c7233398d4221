using System.Buffers.Binary;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Snapshots;

/// <summary>Turns what a stripe gives into blocks of a file. Gives nothing on once the save has failed.</summary>
/// <param name="blocks">Where blocks come from and go to.</param>
/// <param name="sections">The table's sections.</param>
/// <param name="range">The stripe's mixed ids.</param>
/// <param name="recordBytes">The length of a row's record.</param>
internal sealed class SnapshotLane(CutBlocks blocks, LaneSections sections, KeyRange range, int recordBytes) : CutLane
{
    private CutBlock? _open;

    public override void AddRow(Row row)
    {
        if (recordBytes > blocks.BlockBytes) AddLongRow(row);
        else if (BlockFor(sections.Rows, recordBytes) is { } block) RowRecord.Write(row, block.Add(recordBytes));
    }

    public override void AddRemoval(long id)
    {
        if (BlockFor(sections.Removed, sizeof(long)) is { } block) BinaryPrimitives.WriteInt64LittleEndian(block.Add(sizeof(long)), id);
    }

    public override void BeginFilter()
    {
        if (BlockFor(sections.Admission, AdmissionPiece.HeaderBytes) is { } block) AdmissionPiece.Beginning(range.First).Write(block.Add(AdmissionPiece.HeaderBytes));
    }

    public override void Write(ulong mixedId, ReadOnlySpan<byte> record)
    {
        var offset = 0;
        do
        {
            if (BlockFor(sections.Admission, AdmissionPiece.HeaderBytes + Math.Min(record.Length - offset, 1)) is not { } block) return;
            var piece = new AdmissionPiece(mixedId, record.Length, offset, Math.Min(record.Length - offset, block.Free - AdmissionPiece.HeaderBytes));
            var bytes = block.Add(AdmissionPiece.HeaderBytes + piece.Bytes);
            piece.Write(bytes);
            record.Slice(offset, piece.Bytes).CopyTo(bytes[AdmissionPiece.HeaderBytes..]);
            offset += piece.Bytes;
        }
        while (offset < record.Length);
    }

    public override void Fail(Exception cause) => blocks.Fail(cause);

    public override void Complete()
    {
        if (_open is null) return;
        blocks.HandOver(_open);
        _open = null;
    }

    private void AddLongRow(Row row) => blocks.WriteLong(sections.Rows, range, recordBytes, record => RowRecord.Write(row, record));

    private CutBlock? BlockFor(int section, int itemBytes)
    {
        if (_open is not null && _open.Section == section && _open.Free >= itemBytes) return _open;
        Complete();
        _open = blocks.Rent();
        _open?.Begin(section, range);
        return _open;
    }
}
