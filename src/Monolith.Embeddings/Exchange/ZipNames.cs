using System.Buffers.Binary;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// The names of a zip file's entries stand twice: in the directory at its end, and before the bytes of each. No checksum covers them, and
/// .NET's reader looks at the first alone: one changed bit there, and an array that may be absent would be passed over.
/// </summary>
internal static class ZipNames
{
    private const uint EndSignature = 0x06054B50, LargeLocatorSignature = 0x07064B50, LargeEndSignature = 0x06064B50;
    private const uint EntrySignature = 0x02014B50, LocalSignature = 0x04034B50;
    private const int EndBytes = 22, LargeLocatorBytes = 20, LargeEndBytes = 56, EntryBytes = 46, LocalBytes = 30;
    private const int LongestComment = ushort.MaxValue, LargeFields = 1;

    /// <summary>Requires both names of each entry to be equal.</summary>
    /// <param name="source">A zip file whose directory could be read.</param>
    /// <exception cref="InvalidDataException">Two of them differ, or cannot be found.</exception>
    public static void RequireEqual(Stream source)
    {
        var position = DirectoryOf(source);
        var name = new byte[2 * (ushort.MaxValue + 1)];
        Span<byte> entry = stackalloc byte[EntryBytes];
        while (true)
        {
            // Behind the last entry stands something else.
            if (!TryRead(source, position, entry) || UInt32(entry, 0) != EntrySignature) return;
            var (nameBytes, extraBytes) = (UInt16(entry, 28), UInt16(entry, 30));
            var first = Read(source, position + EntryBytes, name.AsSpan(0, nameBytes));
            var local = UInt32(entry, 42) == uint.MaxValue
                ? LargeOffset(source, position + EntryBytes + nameBytes, extraBytes, entry)
                : UInt32(entry, 42);
            RequireEqual(source, local, first, name.AsSpan(name.Length / 2));
            position += EntryBytes + nameBytes + extraBytes + UInt16(entry, 32);
        }
    }

    private static void RequireEqual(Stream source, long local, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        Span<byte> header = stackalloc byte[LocalBytes];
        Read(source, local, header);
        var other = Read(source, local + LocalBytes, buffer[..UInt16(header, 26)]);
        if (UInt32(header, 0) == LocalSignature && name.SequenceEqual(other)) return;
        throw new InvalidDataException(
            "the name of an array is not the same in the file's directory and before the array's bytes; the file was changed.");
    }

    // As .NET's reader finds it: the last place that looks like an end.
    private static long DirectoryOf(Stream source)
    {
        var tail = new byte[Math.Min(source.Length, EndBytes + LongestComment)];
        var start = source.Length - tail.Length;
        Read(source, start, tail);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (UInt32(tail, at) != EndSignature) continue;
            var offset = UInt32(tail, at + 16);
            return offset == uint.MaxValue ? LargeDirectory(source, start + at - LargeLocatorBytes) : offset;
        }
        throw new InvalidDataException("it has no directory.");
    }

    private static long LargeDirectory(Stream source, long locatorAt)
    {
        Span<byte> locator = stackalloc byte[LargeLocatorBytes];
        Span<byte> end = stackalloc byte[LargeEndBytes];
        if (UInt32(Read(source, locatorAt, locator), 0) != LargeLocatorSignature
            || UInt32(Read(source, Int64(locator, 8), end), 0) != LargeEndSignature)
            throw new InvalidDataException("its directory cannot be found.");
        return Int64(end, 48);
    }

    // The extra field of large files holds, in this order, what does not fit its place: length, compressed length, offset.
    private static long LargeOffset(Stream source, long extraAt, int extraBytes, ReadOnlySpan<byte> entry)
    {
        var skipped = (UInt32(entry, 24) == uint.MaxValue ? 8 : 0) + (UInt32(entry, 20) == uint.MaxValue ? 8 : 0);
        var extra = new byte[extraBytes];
        Read(source, extraAt, extra);
        for (var at = 0; at + 4 <= extra.Length; at += 4 + UInt16(extra, at + 2))
        {
            if (UInt16(extra, at) == LargeFields && at + 4 + skipped + 8 <= extra.Length) return Int64(extra, at + 4 + skipped);
        }
        throw new InvalidDataException("an array of it cannot be found.");
    }

    private static Span<byte> Read(Stream source, long position, Span<byte> buffer) =>
        TryRead(source, position, buffer) ? buffer : throw new InvalidDataException("it is cut short.");

    private static bool TryRead(Stream source, long position, Span<byte> buffer)
    {
        if (position < 0 || position > source.Length - buffer.Length) return false;
        source.Position = position;
        source.ReadExactly(buffer);
        return true;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
