using System.Buffers;
using System.Buffers.Binary;

namespace Monolith.Embeddings.Validation;

/// <summary>Gathers little-endian fields, for all that is stored and has no fixed place; <see cref="FieldReader"/> takes them.</summary>
/// <param name="capacity">How many bytes to have room for at first; there may be more.</param>
internal sealed class FieldWriter(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(capacity);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Bytes(ReadOnlySpan<byte> value) => _bytes.Write(value);

    public void Byte(byte value) => Bytes([value]);

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(sizeof(ulong)), value);
        _bytes.Advance(sizeof(ulong));
    }

    public void Int32(int value) => UInt32((uint)value);

    public void Int64(long value) => UInt64((ulong)value);

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    public void Floats(ReadOnlySpan<float> values)
    {
        var bytes = _bytes.GetSpan(values.Length * sizeof(float));
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], values[i]);
        _bytes.Advance(values.Length * sizeof(float));
    }

    public void Flag(bool value) => UInt32(value ? 1u : 0);

    /// <exception cref="ArgumentException">The text is too long, or UTF-8 cannot hold it.</exception>
    public void Text(string value, int maxBytes)
    {
        var bytes = StoredNames.Utf8.GetBytes(value);
        if (bytes.Length > maxBytes)
        {
            throw new ArgumentException(
                $"'{value}' takes {bytes.Length} bytes in UTF-8; at most {maxBytes} are allowed.", nameof(value));
        }
        UInt32((uint)bytes.Length);
        Bytes(bytes);
    }

    /// <summary>The number of items, then each of them.</summary>
    public void List<T>(IReadOnlyCollection<T> items, Action<FieldWriter, T> write)
    {
        UInt32((uint)items.Count);
        foreach (var item in items) write(this, item);
    }
}
