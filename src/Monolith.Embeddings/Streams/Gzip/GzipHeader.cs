namespace Monolith.Embeddings.Streams.Gzip;

/// <summary>The header of a gzip member: RFC 1952, section 2.3.</summary>
internal static class GzipHeader
{
    private const int FixedLength = 10, CheckSum = 2, Extra = 4, Name = 8, Comment = 16, Reserved = 0xE0;
    private const byte Deflate = 8;

    public static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>Skips a header.</summary>
    /// <returns>Whether it is there to its end; null where it is none.</returns>
    public static bool? Skip(GzipFeed feed)
    {
        var start = feed.Ahead(FixedLength);
        if (!start[..Math.Min(start.Length, 2)].SequenceEqual(Magic[..Math.Min(start.Length, 2)])) return null;
        if (start.Length < FixedLength) return false;
        var flags = start[3];
        if (start[2] != Deflate || (flags & Reserved) != 0) return null;
        feed.Skip(FixedLength);
        return ((flags & Extra) == 0 || SkipExtra(feed))
            && ((flags & Name) == 0 || SkipText(feed))
            && ((flags & Comment) == 0 || SkipText(feed))
            && ((flags & CheckSum) == 0 || Skip(feed, 2));
    }

    private static bool SkipExtra(GzipFeed feed)
    {
        var length = feed.Ahead(2);
        return length.Length == 2 && Skip(feed, 2 + length[0] + (length[1] << 8));
    }

    private static bool SkipText(GzipFeed feed)
    {
        while (feed.Ahead(1) is [var letter])
        {
            feed.Skip(1);
            if (letter == 0) return true;
        }
        return false;
    }

    private static bool Skip(GzipFeed feed, int count)
    {
        for (; count > 0; count--)
        {
            if (feed.Ahead(1).IsEmpty) return false;
            feed.Skip(1);
        }
        return true;
    }
}
