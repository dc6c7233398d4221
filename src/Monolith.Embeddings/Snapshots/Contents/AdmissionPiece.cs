using System.Buffers.Binary;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>
/// A record of an admission filter, or a part of one that no block has room for: mixed id 8, length of the record 4, where the part begins
/// 4, length of the part 4, and its bytes. The parts of a record follow one another. Before the first record of a range stands a piece that
/// is none, because a range may have no records.
/// </summary>
/// <param name="MixedId">The mixed id that the record was written under.</param>
/// <param name="RecordBytes">The length of the record.</param>
/// <param name="Offset">Where in the record the part begins.</param>
/// <param name="Bytes">The length of the part.</param>
internal readonly record struct AdmissionPiece(ulong MixedId, int RecordBytes, int Offset, int Bytes)
{
    public const int HeaderBytes = 20;

    private const int NoRecord = -1;

    /// <summary>Whether it only says that the state of a range begins.</summary>
    public bool IsBeginning => RecordBytes == NoRecord;

    /// <summary>Says that the state of a range begins.</summary>
    public static AdmissionPiece Beginning(ulong first) => new(first, NoRecord, 0, 0);

    public void Write(Span<byte> header)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, MixedId);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], RecordBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Bytes);
    }

    /// <exception cref="FormatException">The bytes are no part of a record.</exception>
    public static AdmissionPiece Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) throw new FormatException($"A part of a record has {bytes.Length} bytes.");
        var piece = new AdmissionPiece(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]));
        if (piece is { IsBeginning: true, Offset: 0, Bytes: 0 }) return piece;
        var isWithin = piece is { RecordBytes: >= 0, Offset: >= 0, Bytes: >= 0 } && piece.Bytes <= piece.RecordBytes - piece.Offset;
        if (!isWithin || piece.Bytes > bytes.Length - HeaderBytes)
            throw new FormatException(
                $"{piece.Bytes} bytes at {piece.Offset} of a record of {piece.RecordBytes}, in {bytes.Length - HeaderBytes} bytes.");
        return piece;
    }
}
