using System.Buffers.Binary;
using System.Text;

namespace Monolith.Embeddings.Validation;

/// <summary>
/// Takes little-endian fields from bytes, as <see cref="FieldWriter"/> gathers them; what they claim is checked against the bytes that are
/// there.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether no bytes are left.</summary>
    public readonly bool IsEnded => _rest.IsEmpty;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>Takes one item of a list.</summary>
    public delegate T ItemReader<out T>(ref FieldReader fields);

    /// <exception cref="FormatException">There are fewer bytes.</exception>
    public ReadOnlySpan<byte> Bytes(uint count)
    {
        if (count > (uint)_rest.Length) throw new FormatException($"A field of {count} bytes has {_rest.Length}.");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong)));

    public int Int32() => (int)UInt32();

    public long Int64() => (long)UInt64();

    /// <summary>Fills a span.</summary>
    /// <exception cref="FormatException">Fewer are left.</exception>
    public void Floats(Span<float> values)
    {
        var bytes = Bytes((uint)values.Length * sizeof(float));
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
    }

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    /// <exception cref="FormatException">It is neither 0 nor 1.</exception>
    public bool Flag() => Count(1, "flags") == 1;

    /// <exception cref="FormatException">It is longer than allowed, or not UTF-8.</exception>
    public string Text(int maxBytes)
    {
        var length = Count(maxBytes, "bytes of a text");
        try
        {
            return StoredNames.Utf8.GetString(Bytes(length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("A text is not UTF-8.", exception);
        }
    }

    /// <summary>The number of items, then each of them. Memory is taken for those that are there.</summary>
    /// <exception cref="FormatException">The number is greater than allowed.</exception>
    public List<T> List<T>(long maximum, string what, ItemReader<T> read)
    {
        var items = new List<T>();
        for (var rest = Count(maximum, what); rest > 0; rest--) items.Add(read(ref this));
        return items;
    }

    /// <exception cref="FormatException">The number is greater than allowed.</exception>
    public uint Count(long maximum, string what)
    {
        var count = UInt32();
        return count <= maximum ? count : throw new FormatException($"There are {count} {what}; at most {maximum} are allowed.");
    }

    /// <exception cref="FormatException">Bytes are left.</exception>
    public readonly void End()
    {
        if (_rest.Length > 0) throw new FormatException($"{_rest.Length} bytes follow the last field.");
    }
}
