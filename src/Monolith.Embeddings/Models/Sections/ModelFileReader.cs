using System.IO.Hashing;
using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Sections;

/// <summary>
/// Reads little-endian values from a stream, which tells no length and may be followed by others, and keeps all bytes for the checksum at
/// the end: a <see cref="FieldReader"/> needs them all before. Allocates no more than has been asked for.
/// </summary>
internal sealed class ModelFileReader(Stream source)
{
    private const int LargestPiece = 1 << 20;

    private byte[] _read = new byte[256];
    private int _length;

    /// <summary>How many bytes were read so far.</summary>
    public int Length => _length;

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        var start = _length;
        while (_length - start < count)
        {
            // In pieces: a damaged length must not take memory for bytes that never come.
            var piece = Math.Min(count - (_length - start), LargestPiece);
            Reserve((long)_length + piece);
            var got = source.ReadAtLeast(_read.AsSpan(_length, piece), piece, throwOnEndOfStream: false);
            _length += got;
            if (got < piece) throw new EndOfStreamException();
        }
        return _read.AsSpan(start, count);
    }

    private void Reserve(long length)
    {
        if (length > Array.MaxLength)
            throw new InvalidDataException($"The model has {length} bytes or more; an array holds {Array.MaxLength}.");
        if (length > _read.Length) Array.Resize(ref _read, (int)Math.Min(Math.Max(length, 2L * _read.Length), Array.MaxLength));
    }

    public byte ReadByte() => ReadBytes(1)[0];

    public int ReadInt32() => new FieldReader(ReadBytes(sizeof(int))).Int32();

    public long ReadInt64() => new FieldReader(ReadBytes(sizeof(long))).Int64();

    public string ReadText(int maxBytes)
    {
        var length = ReadInt32();
        if (length < 0 || length > maxBytes) throw new InvalidDataException($"A text of {length} bytes; at most {maxBytes} are allowed.");
        try
        {
            return StoredNames.Utf8.GetString(ReadBytes(length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"A text of {length} bytes is not UTF-8.", exception);
        }
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
