using System.Buffers.Binary;

namespace Monolith.Embeddings.Features.Rows;

/// <summary>Writes little-endian fields into bytes that are long enough.</summary>
internal ref struct RowBytesWriter(Span<byte> row)
{
    public const int ServedBytes = (2 * sizeof(int)) + sizeof(float) + sizeof(long);

    private Span<byte> _rest = row;

    public Span<byte> Bytes(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public void Byte(byte value) => Bytes(1)[0] = value;

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Bytes(sizeof(int)), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Bytes(sizeof(long)), value);

    public void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Bytes(sizeof(float)), value);

    public void Served(in ServedAs served)
    {
        Int32(served.Position);
        Single(served.Probability);
        Int32(served.Arm);
        Int64(served.ModelVersion);
    }

    public void Int64s(ReadOnlySpan<long> values)
    {
        foreach (var value in values) Int64(value);
    }

    public void Singles(ReadOnlySpan<float> values)
    {
        foreach (var value in values) Single(value);
    }
}
