using System.Buffers.Binary;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// A row outside of its table, little-endian: key 8, last update 4, then all that stands after the header as it is stored. The stamp is
/// not part of it: it numbers the changes of one process.
/// </summary>
internal static unsafe class RowRecord
{
    public const int KeyBytes = sizeof(long), HeaderBytes = KeyBytes + sizeof(uint);

    /// <summary>The bytes of a record.</summary>
    public static int BytesOf(RowLayout layout) => HeaderBytes + layout.End - RowLayout.HeaderBytes;

    public static long KeyOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record);

    public static uint LastUpdateOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record[KeyBytes..]);

    /// <param name="row">The row.</param>
    /// <param name="record">Receives it; <see cref="BytesOf"/> long.</param>
    public static void Write(Row row, Span<byte> record)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, row.Key);
        BinaryPrimitives.WriteUInt32LittleEndian(record[KeyBytes..], row.LastUpdate);
        var rest = record[HeaderBytes..];
        new ReadOnlySpan<byte>(row.Address + RowLayout.HeaderBytes, rest.Length).CopyTo(rest);
    }

    /// <param name="record">The record.</param>
    /// <param name="row">Receives all but the stamp.</param>
    public static void Read(ReadOnlySpan<byte> record, Row row)
    {
        row.Key = KeyOf(record);
        row.LastUpdate = LastUpdateOf(record);
        var rest = record[HeaderBytes..];
        rest.CopyTo(new Span<byte>(row.Address + RowLayout.HeaderBytes, rest.Length));
    }

    /// <summary>Takes the weights out of a record, or out of what a serving record has of it.</summary>
    /// <param name="parts">Where the weights are stored, see <see cref="RowLayout.WeightParts"/>.</param>
    /// <param name="stored">The bytes after the header.</param>
    /// <param name="weights">Receives the weights.</param>
    public static void Unpack(RowPart[] parts, ReadOnlySpan<byte> stored, Span<float> weights)
    {
        // As if a row's header stood before them.
        fixed (byte* first = stored) RowPacking.Unpack(parts, new Row(first - RowLayout.HeaderBytes), weights);
    }
}
