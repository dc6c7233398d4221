using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Snapshots.Compaction;

/// <summary>Writes the state of an admission filter to a section, records in the order in which they are given.</summary>
/// <param name="writer">Writes the file.</param>
/// <param name="section">The section.</param>
internal sealed class AdmissionSection(SnapshotWriter writer, int section)
{
    private const int BlockBytes = 1 << 18;
    private readonly byte[] _block = new byte[BlockBytes];
    private int _filled;
    private uint _items;

    public void Write(IEnumerable<AdmissionRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Write(record);
        }
        Flush();
    }

    private void Write(in AdmissionRecord record)
    {
        var offset = 0;
        do
        {
            if (_block.Length - _filled <= AdmissionPiece.HeaderBytes) Flush();
            var piece = new AdmissionPiece(record.MixedId, record.Bytes.Length, offset,
                Math.Min(record.Bytes.Length - offset, _block.Length - _filled - AdmissionPiece.HeaderBytes));
            piece.Write(_block.AsSpan(_filled));
            record.Bytes.Span.Slice(offset, piece.Bytes).CopyTo(_block.AsSpan(_filled + AdmissionPiece.HeaderBytes));
            _filled += AdmissionPiece.HeaderBytes + piece.Bytes;
            _items++;
            offset += piece.Bytes;
        }
        while (offset < record.Bytes.Length);
    }

    // Of all ids: partitions tell whose a record is.
    private void Flush()
    {
        if (_items > 0) writer.WriteBlock(section, KeyRange.All.First, KeyRange.All.Last, _items, _block.AsSpan(0, _filled));
        (_filled, _items) = (0, 0);
    }
}
