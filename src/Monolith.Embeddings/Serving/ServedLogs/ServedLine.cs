using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Hashing;

namespace Monolith.Embeddings.Serving.ServedLogs;

/// <summary>
/// A line of a served log, so that whatever was torn or changed costs its line: base64 of form 1, the fingerprint of the schema, the place
/// of the candidate, the number of predictions, these, the row, and a CRC-32C of all before it. Little-endian.
/// </summary>
internal static class ServedLine
{
    private const byte Form = 1;
    private const int PlaceOffset = 1 + sizeof(ulong), CountOffset = PlaceOffset + sizeof(int), HeadBytes = CountOffset + sizeof(int);

    /// <summary>Begins a payload, behind which the row follows.</summary>
    public static void WriteHead(ArrayBufferWriter<byte> payload, ulong fingerprint, int place, ReadOnlySpan<float> predictions)
    {
        var bytes = payload.GetSpan(HeadBytes + (predictions.Length * sizeof(float)));
        bytes[0] = Form;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], fingerprint);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[PlaceOffset..], place);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[CountOffset..], predictions.Length);
        for (var i = 0; i < predictions.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(HeadBytes + (i * sizeof(float)))..], predictions[i]);
        payload.Advance(HeadBytes + (predictions.Length * sizeof(float)));
    }

    /// <summary>Ends a payload, and writes it as a line.</summary>
    public static void Write(ArrayBufferWriter<byte> payload, IBufferWriter<byte> lines)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload.GetSpan(sizeof(uint)), Crc32C.Hash(payload.WrittenSpan));
        payload.Advance(sizeof(uint));
        var line = lines.GetSpan(Base64.GetMaxEncodedToUtf8Length(payload.WrittenCount) + 1);
        Base64.EncodeToUtf8(payload.WrittenSpan, line, out _, out var length);
        line[length] = (byte)'\n';
        lines.Advance(length + 1);
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="fingerprint">The schema that it must be of.</param>
    /// <param name="reader">Reads rows of that schema.</param>
    /// <exception cref="FormatException">It is none of a served log, or of another schema.</exception>
    public static ServedExample Read(ReadOnlySpan<byte> line, ulong fingerprint, ExampleRowReader reader)
    {
        var payload = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        if (Base64.DecodeFromUtf8(line, payload, out _, out var length) != OperationStatus.Done || length < HeadBytes + sizeof(uint))
            throw new FormatException($"The line of {line.Length} bytes is none of a served log, or was cut short.");
        var bytes = payload.AsMemory(0, length - sizeof(uint));
        var (stored, computed) = (BinaryPrimitives.ReadUInt32LittleEndian(payload.AsSpan(bytes.Length)), Crc32C.Hash(bytes.Span));
        if (stored != computed) throw new FormatException($"The line's checksum is {stored:x8}, and its bytes have {computed:x8}.");
        if (payload[0] != Form) throw new FormatException($"The line's form is {payload[0]}, and this program knows {Form}.");
        var found = BinaryPrimitives.ReadUInt64LittleEndian(payload.AsSpan(1));
        if (found != fingerprint)
            throw new FormatException($"The line was served by a model of schema {found:x16}; it is read by schema {fingerprint:x16}.");
        return Read(bytes, reader);
    }

    private static ServedExample Read(ReadOnlyMemory<byte> bytes, ExampleRowReader reader)
    {
        var head = bytes.Span;
        var count = BinaryPrimitives.ReadInt32LittleEndian(head[CountOffset..]);
        if ((uint)count > (uint)(bytes.Length - HeadBytes) / sizeof(float)) throw new FormatException($"The line has {count} predictions.");
        var predictions = new float[count];
        for (var i = 0; i < count; i++)
            predictions[i] = BinaryPrimitives.ReadSingleLittleEndian(head[(HeadBytes + (i * sizeof(float)))..]);
        try
        {
            var row = bytes[(HeadBytes + (count * sizeof(float)))..];
            return new ServedExample(reader, BinaryPrimitives.ReadInt32LittleEndian(head[PlaceOffset..]), predictions, row);
        }
        catch (InvalidDataException cause)
        {
            throw new FormatException(cause.Message, cause);
        }
    }
}
