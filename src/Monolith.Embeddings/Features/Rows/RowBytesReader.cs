using System.Buffers.Binary;

namespace Monolith.Embeddings.Features.Rows;

/// <summary>Takes little-endian fields from the bytes of a row. What they claim is checked against the bytes that are there.</summary>
internal ref struct RowBytesReader(ReadOnlySpan<byte> row)
{
    private readonly int _length = row.Length;
    private ReadOnlySpan<byte> _rest = row;

    /// <summary>Whether no bytes are left.</summary>
    public readonly bool IsEnded => _rest.IsEmpty;

    /// <exception cref="InvalidDataException">There are fewer bytes.</exception>
    public ReadOnlySpan<byte> Bytes(int count, string what)
    {
        if (count > _rest.Length) throw Damage($"{what} takes {count} bytes, and {_rest.Length} are left");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte(string what) => Bytes(1, what)[0];

    public int Int32(string what) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int), what));

    public long Int64(string what) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long), what));

    public float Single(string what) => BinaryPrimitives.ReadSingleLittleEndian(Bytes(sizeof(float), what));

    /// <exception cref="InvalidDataException">It is NaN or infinite.</exception>
    public float Finite(string what)
    {
        var value = Single(what);
        return float.IsFinite(value) ? value : throw Damage($"{what} is {value}, which is not finite");
    }

    /// <exception cref="InvalidDataException">It is negative, NaN or infinite.</exception>
    public float NotNegative(string what)
    {
        var value = Finite(what);
        return value >= 0 ? value : throw Damage($"{what} is {value}");
    }

    /// <summary>How many items follow.</summary>
    /// <exception cref="InvalidDataException">They cannot all be there.</exception>
    public int Count(int bytesEach, string what)
    {
        var count = (uint)Int32(what);
        if (count > (uint)_rest.Length / (uint)bytesEach)
            throw Damage($"{what} has {count} ids of {bytesEach} bytes, and {_rest.Length} are left");
        return (int)count;
    }

    /// <exception cref="InvalidDataException">Bytes are left.</exception>
    public readonly void End()
    {
        if (_rest.Length > 0) throw Damage($"{_rest.Length} bytes follow the last slot");
    }

    /// <summary>Says that the bytes are not such as are written.</summary>
    public readonly InvalidDataException Damage(string what) =>
        new($"The bytes of an example are damaged, or of another schema: {what}, before byte {_length - _rest.Length} of {_length}.");
}
