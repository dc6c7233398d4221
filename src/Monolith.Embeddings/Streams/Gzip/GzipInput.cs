using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Monolith.Embeddings.Streams.Gzip;

/// <summary>
/// What a gzip file holds: its members one after the other, and zeros after the last as tapes have them. <see cref="GZipStream"/> takes a
/// file that was cut short for one that has ended, and calls a wrong checksum an unsupported method of compression; so members are told
/// apart here.
/// </summary>
internal sealed class GzipInput(string path, FileStream file) : ReadOnlyStream
{
    private readonly GzipFeed _feed = new(file);
    private readonly Crc32 _checksum = new();
    private DeflateStream? _body;
    private long _length;
    private int _member;
    private bool _atEnd;

    /// <summary>Whether the reading failed because the file ends too early: more of it may come.</summary>
    public bool IsCutShort { get; private set; }

    /// <exception cref="InvalidDataException">The file is damaged or was cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (!_atEnd)
        {
            _body ??= Begin();
            var count = Inflate(buffer);
            _checksum.Append(buffer[..count]);
            _length += count;
            if (count > 0) return count;
            End();
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _body?.Dispose();
        _feed.Dispose();
        base.Dispose(disposing);
    }

    private DeflateStream Begin()
    {
        _member++;
        _length = 0;
        _checksum.Reset();
        var isWhole = GzipHeader.Skip(_feed);
        if (isWhole == false) throw CutShort();
        return isWhole == true
            ? new DeflateStream(_feed, CompressionMode.Decompress, leaveOpen: true)
            : throw Damaged($"member {_member}, at byte {_feed.Offset}, does not begin with a header of gzip.");
    }

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            var count = _body!.Read(buffer);
            return count > 0 || !_feed.IsStarved ? count : throw CutShort();
        }
        catch (InvalidDataException exception)
        {
            throw _feed.IsStarved ? CutShort() : Damaged($"the compressed bytes of member {_member} make no sense.", exception);
        }
    }

    private void End()
    {
        _body!.Dispose();
        _body = null;
        _feed.Skip(FindEnd());
        if (_feed.Ahead(1) is not [0])
        {
            _atEnd = _feed.Ahead(1).IsEmpty;
            if (_atEnd || _feed.Ahead(2).SequenceEqual(GzipHeader.Magic[.._feed.Ahead(2).Length])) return;
        }
        while (_feed.Ahead(1) is [0]) _feed.Skip(1);
        _atEnd = _feed.Ahead(1).IsEmpty;
        if (!_atEnd) throw Damaged($"at byte {_feed.Offset}, bytes follow its last member that are neither another one nor zeros.");
    }

    /// <summary>
    /// How many of the bytes ahead end the member. The decompressor does not tell where it stopped; the checksum and the length that must
    /// follow there are known.
    /// </summary>
    private int FindEnd()
    {
        Span<byte> trailer = stackalloc byte[GzipFeed.TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)_length);
        var ahead = _feed.Ahead(_feed.Taken + 2 * GzipFeed.TrailerLength);
        var end = 0;
        for (var at = 1; at <= _feed.Taken; at++)
        {
            if (!ahead[at..].StartsWith(trailer)) continue;
            if (_feed.HoldsAll && !IsTooShort(ahead[..(at + trailer.Length - 1)])) break;
            end = at + trailer.Length;
            // The trailer of an empty member is all zeros, and so may be what stands before it.
            if (CanFollow(ahead[end..])) return end;
        }
        return end > 0 ? end : throw Damaged($"the checksum or the length of member {_member} is not that of its {_length} bytes.");
    }

    /// <summary>Whether a member needs more than these bytes: what looks like its trailer may be that of the next one.</summary>
    private static bool IsTooShort(ReadOnlySpan<byte> bytes)
    {
        using var feed = new GzipFeed(new MemoryStream(bytes.ToArray()));
        using var body = new DeflateStream(feed, CompressionMode.Decompress);
        Span<byte> text = stackalloc byte[1024];
        try
        {
            while (body.Read(text) > 0)
            {
            }
        }
        catch (InvalidDataException)
        {
            // As a body says that ends too early.
        }
        return feed.IsStarved;
    }

    private static bool CanFollow(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyExcept((byte)0) || text.StartsWith(GzipHeader.Magic) || text.SequenceEqual(GzipHeader.Magic[..1]);

    private InvalidDataException CutShort()
    {
        IsCutShort = true;
        return new InvalidDataException($"The gzip file '{path}' ends too early: it was cut short. Fetch it again.");
    }

    private InvalidDataException Damaged(string how, Exception? cause = null) =>
        new($"The gzip file '{path}' is damaged: {how} Fetch it again.", cause);
}
