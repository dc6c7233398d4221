namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>A section of bytes while it is read, block by block, each checked again. Used by one thread.</summary>
/// <param name="reader">The file.</param>
/// <param name="blocks">The section's blocks, in order.</param>
/// <param name="length">How many bytes they have together.</param>
/// <param name="ownsFile">Whether the file is closed with the stream.</param>
internal sealed class SectionReadStream(SnapshotReader reader, IReadOnlyList<int> blocks, long length, bool ownsFile) : Stream
{
    private readonly IEnumerator<BlockContents> _blocks = reader.Read(blocks).GetEnumerator();
    private long _taken;
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _taken;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_rest.IsEmpty)
        {
            if (!_blocks.MoveNext()) return 0;
            _rest = _blocks.Current.Payload;
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        _taken += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rest = default;
            _blocks.Dispose();
            if (ownsFile) reader.Dispose();
        }
        base.Dispose(disposing);
    }
}
