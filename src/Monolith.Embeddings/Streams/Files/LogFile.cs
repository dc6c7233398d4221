using Monolith.Embeddings.Streams.Gzip;

namespace Monolith.Embeddings.Streams.Files;

/// <summary>
/// An open file, plain or gzip, as its unpacked bytes. It may be written to, renamed and deleted meanwhile. Used by one thread.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream _file;
    private GzipInput? _packed;
    private long _unpacked;
    private long? _cutLength;
    private InvalidDataException? _cut;

    private LogFile(NamedFile named, FileStream file)
    {
        (Named, _file) = (named, file);
        Span<byte> magic = stackalloc byte[2];
        // A name alone may be of a file that is only just being written.
        IsPacked = RandomAccess.Read(file.SafeFileHandle, magic, 0) == magic.Length
            ? magic.SequenceEqual(GzipHeader.Magic)
            : NamedFile.IsPacked(named.Name);
    }

    /// <summary>Its name and path when it was opened.</summary>
    public NamedFile Named { get; }

    /// <summary>Whether it is gzip: written once, and read from its beginning on.</summary>
    public bool IsPacked { get; }

    /// <summary>Its length now, on disk.</summary>
    public long Length => RandomAccess.GetLength(_file.SafeFileHandle);

    public bool IsEmpty => Length == 0;

    /// <summary>Throws where it is gzip and ends too early, so that what was read is not all of it.</summary>
    /// <exception cref="InvalidDataException">It does.</exception>
    public void RequireWhole()
    {
        if (_cut is not null) throw _cut;
    }

    /// <summary>Opens a file; null where there is none.</summary>
    public static LogFile? TryOpen(NamedFile named)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(named.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.CanSeek) return new LogFile(named, file);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException || IsBeingPacked(named, missing))
        {
            return null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
        file.Dispose();
        throw new IOException($"'{named.Path}' is a pipe or a device, which can be read once: write it to a file first.");
    }

    // A program that packs a file may keep others out meanwhile: by the codes of Windows, Linux and macOS.
    private static bool IsBeingPacked(NamedFile named, Exception error) =>
        NamedFile.IsPacked(named.Name) && error is IOException { HResult: unchecked((int)0x80070020) or 11 or 35 };

    /// <summary>Reads some bytes from an offset; none at the end of what is there.</summary>
    public int Read(long offset, Span<byte> buffer) =>
        IsPacked ? ReadPacked(offset, buffer) : RandomAccess.Read(_file.SafeFileHandle, buffer, offset);

    /// <summary>Fills the buffer from an offset; false where the file is too short.</summary>
    public bool TryRead(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var count = Read(offset, buffer);
            if (count == 0) return false;
            offset += count;
            buffer = buffer[count..];
        }
        return true;
    }

    /// <summary>The mark of what comes before an offset; null where the file is shorter, or damaged.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="wanted">A mark that is looked for: another one need not be found out.</param>
    public long? MarkAt(long offset, long? wanted = null)
    {
        try
        {
            return !IsPacked && Length < offset ? null : FindMark(offset, wanted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private long? FindMark(long offset, long? wanted)
    {
        Span<byte> bytes = stackalloc byte[FileMark.HeadBytes];
        bytes = bytes[..FileMark.HeadLength(offset)];
        if (!TryRead(0, bytes)) return null;
        var head = FileMark.Hash(bytes);
        if (wanted is { } mark && FileMark.HeadOf(mark) != head) return null;
        bytes = bytes[..FileMark.TailLength(offset)];
        return TryRead(offset - bytes.Length, bytes) ? FileMark.Join(head, FileMark.Hash(bytes)) : null;
    }

    /// <summary>Whether a file that was opened later is this one, as far as can be told.</summary>
    /// <param name="offset">How much of this one is known not to change.</param>
    /// <param name="later">The other.</param>
    public bool IsSame(long offset, LogFile later)
    {
        if (IsPacked != later.IsPacked)
        {
            // What is packed holds all of it, and nothing more: else the one only begins like the other.
            var (plain, packed) = IsPacked ? (later, this) : (this, later);
            var end = plain.Length;
            return end >= offset && plain.MarkAt(end) is { } mark && packed.MarkAt(end, mark) == mark
                && packed.Read(end, stackalloc byte[1]) == 0;
        }
        // Asked for in this order: a file does not shrink, so that what is longer than this one is another.
        var length = later.Length;
        if (length > Length || length == 0 || (!IsPacked && length < offset)) return length == 0 && IsEmpty;
        return RawMark(length) == later.RawMark(length) && (!IsPacked || length == Length);
    }

    public void Dispose()
    {
        _packed?.Dispose();
        _file.Dispose();
    }

    private long RawMark(long length)
    {
        Span<byte> bytes = stackalloc byte[FileMark.HeadBytes];
        var head = RandomAccess.Read(_file.SafeFileHandle, bytes[..FileMark.HeadLength(length)], 0);
        var first = FileMark.Hash(bytes[..head]);
        var tail = RandomAccess.Read(_file.SafeFileHandle, bytes[..FileMark.TailLength(length)], length - FileMark.TailLength(length));
        return FileMark.Join(first, FileMark.Hash(bytes[..tail]));
    }

    private int ReadPacked(long offset, Span<byte> buffer)
    {
        // One that ends too early may be only just being written.
        if (_cutLength == Length) return 0;
        if (offset < _unpacked || _packed is null || _cut is not null) Rewind();
        try
        {
            return PassTo(offset) ? Unpack(buffer) : 0;
        }
        catch (InvalidDataException cut) when (_packed!.IsCutShort)
        {
            (_cut, _cutLength) = (cut, Length);
            return 0;
        }
    }

    private bool PassTo(long offset)
    {
        Span<byte> passed = stackalloc byte[4096];
        while (_unpacked < offset)
        {
            if (Unpack(passed[..(int)Math.Min(passed.Length, offset - _unpacked)]) == 0) return false;
        }
        return true;
    }

    private int Unpack(Span<byte> buffer)
    {
        var count = _packed!.Read(buffer);
        _unpacked += count;
        return count;
    }

    private void Rewind()
    {
        _packed?.Dispose();
        _file.Position = 0;
        (_packed, _unpacked, _cut, _cutLength) = (new GzipInput(Named.Path, _file), 0, null, null);
    }
}
