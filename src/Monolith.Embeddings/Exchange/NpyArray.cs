using System.IO.Compression;
using System.IO.Hashing;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// An array of a NumPy file while it is read, once, from its beginning to its end. Holds no more than its header. One thread's.
/// </summary>
internal sealed class NpyArray : IDisposable
{
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _stream;
    private readonly Crc32 _checksum = new();

    /// <exception cref="InvalidDataException">It is no array that can be read.</exception>
    public NpyArray(string name, ZipArchiveEntry entry)
    {
        (Name, _entry) = (name, entry);
        _stream = NpzFaults.Guard(Name, entry.Open);
        try
        {
            (Header, var bytes) = NpzFaults.Guard(Name, () => NpyHeader.Read(buffer => Read(buffer)));
            DataBytes = NpzFaults.Guard(Name, () => entry.Length) - bytes;
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public NpyHeader Header { get; }

    /// <summary>How many bytes follow the header, as the zip file says.</summary>
    public long DataBytes { get; }

    /// <summary>Requires a type and a number of dimensions, and that the data is as long as its shape says.</summary>
    /// <param name="types">The types allowed.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    /// <param name="itemBytes">The bytes of a number.</param>
    /// <exception cref="InvalidDataException">It has others.</exception>
    public void Require(ReadOnlySpan<string> types, int dimensions, int itemBytes)
    {
        if (!types.Contains(Header.Type)) throw Wrong(NpyAdvice.Of(Name, Header.Type, types[0]));
        if (Header.Shape.Count != dimensions) throw Wrong($"it has {Header.Shape.Count} dimensions instead of {dimensions}.");
        var bytes = Header.Shape.Contains(0)
            ? 0
            : Header.Shape.Aggregate((Int128)itemBytes, (product, length) => product > DataBytes ? product : product * length);
        if (bytes == DataBytes) return;
        throw Wrong(
            $"its shape ({string.Join(", ", Header.Shape.Select(length => $"{length}"))}) does not go with {DataBytes} bytes of data.");
    }

    /// <summary>Reads the next bytes.</summary>
    /// <exception cref="InvalidDataException">There are no more, or they cannot be unpacked.</exception>
    public void Read(Span<byte> buffer)
    {
        try
        {
            _stream.ReadExactly(buffer);
        }
        catch (Exception exception) when (NpzFaults.IsOfData(exception))
        {
            throw NpzFaults.Wrong(Name, $"its data cannot be read: {exception.Message}", exception);
        }
        _checksum.Append(buffer);
    }

    /// <summary>Requires that everything was read, and that it is what was written.</summary>
    /// <exception cref="InvalidDataException">There is more, or bytes were changed.</exception>
    public void End()
    {
        if (NpzFaults.Guard(Name, _stream.ReadByte) >= 0) throw Wrong("more bytes follow its data.");
        var checksum = _checksum.GetCurrentHashAsUInt32();
        if (checksum != _entry.Crc32)
            throw Wrong($"its checksum is {checksum:x8}, and the file says {_entry.Crc32:x8}: bytes were changed.");
    }

    public InvalidDataException Wrong(string what) => NpzFaults.Wrong(Name, what);

    public void Dispose() => _stream.Dispose();
}
