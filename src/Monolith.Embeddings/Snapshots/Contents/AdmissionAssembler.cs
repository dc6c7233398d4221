using System.Buffers;
using Monolith.Embeddings.Tables.Cuts;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>Puts the records of an admission filter together again from the parts that blocks hold. One thread's.</summary>
/// <param name="file">For messages.</param>
internal sealed class AdmissionAssembler(string file)
{
    // Grows by what is there, never by what is claimed.
    private readonly ArrayBufferWriter<byte> _record = new();
    private AdmissionPiece _last;

    /// <summary>The records that a block's payload completes.</summary>
    /// <exception cref="SnapshotException">The parts don't fit together.</exception>
    public IEnumerable<AdmissionRecord> Add(ReadOnlyMemory<byte> payload)
    {
        while (payload.Length > 0)
        {
            var piece = Read(payload.Span);
            payload = payload[AdmissionPiece.HeaderBytes..];
            if (piece.IsBeginning) continue;
            _record.Write(payload.Span[..piece.Bytes]);
            payload = payload[piece.Bytes..];
            _last = piece;
            if (_record.WrittenCount < piece.RecordBytes) continue;
            yield return new AdmissionRecord(piece.MixedId, _record.WrittenMemory);
            _record.ResetWrittenCount();
        }
    }

    /// <exception cref="SnapshotException">A record is not whole.</exception>
    public void End()
    {
        if (_record.WrittenCount > 0) throw Damaged($"{_last.RecordBytes} bytes of a record of admission", $"{_record.WrittenCount}.");
    }

    private AdmissionPiece Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            var piece = AdmissionPiece.Read(payload);
            var isNext = piece.Offset == _record.WrittenCount
                && (piece.Offset == 0 || (piece.MixedId, piece.RecordBytes) == (_last.MixedId, _last.RecordBytes));
            return isNext ? piece : throw Damaged(
                $"the part at {_record.WrittenCount} of a record of admission", $"one at {piece.Offset}.");
        }
        catch (FormatException exception)
        {
            throw Damaged("a part of a record of admission", $"something else: {exception.Message}", exception);
        }
    }

    private SnapshotException Damaged(string expected, string found, Exception? cause = null) =>
        new(SnapshotFault.Damaged, file, expected, found, cause);
}
