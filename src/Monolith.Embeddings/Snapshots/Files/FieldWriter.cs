using System.Buffers;
using System.Buffers.Binary;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>Gathers little-endian fields.</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Bytes(ReadOnlySpan<byte> value) => _bytes.Write(value);

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

    /// <exception cref="ArgumentException">The text is too long, or UTF-8 cannot hold it.</exception>
    public void Text(string value, int maxBytes)
    {
        var bytes = StoredNames.Utf8.GetBytes(value);
        if (bytes.Length > maxBytes) throw new ArgumentException($"'{value}' takes {bytes.Length} bytes in UTF-8; at most {maxBytes} are allowed.", nameof(value));
        UInt32((uint)bytes.Length);
        Bytes(bytes);
    }
}
