using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Monolith.Embeddings.Exchange;

/// <summary>What an array file says of its array. Immutable.</summary>
/// <param name="Type">NumPy's name of the type of its numbers, such as <c>&lt;f4</c>.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record NpyHeader(string Type, IReadOnlyList<long> Shape)
{
    /// <summary>The header as bytes of version 1.0, which every NumPy reads.</summary>
    public byte[] ToBytes()
    {
        var lengths = string.Join(", ", Shape.Select(length => length.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '{Type}', 'fortran_order': False, 'shape': ({lengths}{(Shape.Count == 1 ? "," : "")}), }}";
        var start = NpyFormat.PrefixBytes + sizeof(ushort);
        var length = (start + text.Length + 1 + NpyFormat.Alignment - 1) / NpyFormat.Alignment * NpyFormat.Alignment;
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)' ');
        NpyFormat.Magic.CopyTo(bytes);
        (bytes[6], bytes[7], bytes[^1]) = (1, 0, (byte)'\n');
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(NpyFormat.PrefixBytes), (ushort)(length - start));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(start));
        return bytes;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="read">Fills a buffer with the next bytes of the file, or throws <see cref="InvalidDataException"/>.</param>
    /// <returns>The header, and how many bytes it took.</returns>
    /// <exception cref="InvalidDataException">It is none, or of an array that is not read; the message says what to do.</exception>
    public static (NpyHeader Header, int Bytes) Read(Action<byte[]> read)
    {
        var prefix = Take(read, NpyFormat.PrefixBytes);
        if (!prefix.AsSpan().StartsWith(NpyFormat.Magic))
            throw new InvalidDataException("it is no .npy file: it does not begin with NumPy's magic.");
        var (major, minor) = (prefix[6], prefix[7]);
        if (major is < 1 or > 3 || minor != 0)
            throw new InvalidDataException($"its format is version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read.");
        var lengthBytes = major == 1 ? sizeof(ushort) : sizeof(uint);
        var field = Take(read, lengthBytes);
        var length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(field) : BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (length > NpyFormat.MaxHeaderBytes)
            throw new InvalidDataException($"its header claims {length} bytes; at most {NpyFormat.MaxHeaderBytes} are read.");
        // Bytes beyond ASCII stand in names of fields alone, which no array of numbers has.
        var text = Encoding.Latin1.GetString(Take(read, (int)length));
        return (new NpyHeaderParser(text).Parse(), NpyFormat.PrefixBytes + lengthBytes + (int)length);
    }

    private static byte[] Take(Action<byte[]> read, int count)
    {
        var bytes = new byte[count];
        read(bytes);
        return bytes;
    }
}
