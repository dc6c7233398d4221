using System.IO.Compression;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// A gzip file as its decompressor reads it, which can also tell whether the file is whole. <see cref="GZipStream"/> takes a file that was
/// cut short for one that has ended. Here, once it has said so, one more gzip member with a known text is offered: only a decompressor
/// that stands between two members reads that text.
/// </summary>
internal sealed class GzipInput(Stream file) : Stream
{
    private static readonly byte[] MarkText = "end of the file"u8.ToArray();
    private static readonly byte[] Mark = Compress(MarkText);
    private int _markRead = -1;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Whether the file ended where a member ended. To be asked once, after <paramref name="decompressor"/> read to its end.
    /// </summary>
    public bool IsWhole(GZipStream decompressor)
    {
        _markRead = 0;
        Span<byte> text = stackalloc byte[MarkText.Length + 1];
        try
        {
            return text[..decompressor.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)].SequenceEqual(MarkText);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_markRead < 0) return file.Read(buffer);
        var count = Math.Min(buffer.Length, Mark.Length - _markRead);
        Mark.AsSpan(_markRead, count).CopyTo(buffer);
        _markRead += count;
        return count;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Compress(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(text);
        return packed.ToArray();
    }
}
