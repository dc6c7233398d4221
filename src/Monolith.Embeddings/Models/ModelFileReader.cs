using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Monolith.Embeddings.Models;

/// <summary>
/// Reads little-endian values and keeps all bytes for the checksum at the end. Allocates no more than has been asked for.
/// </summary>
internal sealed class ModelFileReader(Stream source)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private byte[] _read = new byte[256];
    private int _length;

    /// <summary>How many bytes were read so far.</summary>
    public int Length => _length;

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (_length + count > _read.Length) Array.Resize(ref _read, Math.Max(_length + count, 2 * _read.Length));
        var bytes = _read.AsSpan(_length, count);
        var got = source.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        _length += got;
        return got == count ? bytes : throw new EndOfStreamException();
    }

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(sizeof(long)));

    public string ReadText(int maxBytes)
    {
        var length = ReadInt32();
        if (length < 0 || length > maxBytes) throw new InvalidDataException($"A text of {length} bytes; at most {maxBytes} are allowed.");
        try
        {
            return Utf8.GetString(ReadBytes(length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"A text of {length} bytes is not UTF-8.", exception);
        }
    }

    public float[] ReadSingles(int count)
    {
        var bytes = ReadBytes(checked(count * sizeof(float)));
        var values = new float[count];
        if (BitConverter.IsLittleEndian) bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        else for (var i = 0; i < count; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return values;
    }

    /// <summary>Checks the checksum, and that nothing follows.</summary>
    public void ReadEnd()
    {
        var expected = XxHash64.HashToUInt64(_read.AsSpan(0, _length));
        var found = (ulong)ReadInt64();
        if (found != expected)
            throw new InvalidDataException($"The checksum of the model is {found:x16}, but its bytes have {expected:x16}.");
        if (source.ReadByte() >= 0) throw new InvalidDataException($"Bytes follow the model's {_length}.");
    }
}
