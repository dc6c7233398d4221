namespace Monolith.Embeddings.Snapshots.Files;

/// <summary>A section of bytes while it is written: cut into numbered blocks, the last one when the stream is disposed.</summary>
internal sealed class SectionWriteStream(SnapshotWriter writer, int section) : Stream
{
    private const int BlockBytes = 1 << 18;
    private readonly byte[] _block = new byte[BlockBytes];
    private int _filled;
    private ulong _blocks;
    private bool _isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isClosed;

    public override long Length => ((long)_blocks * BlockBytes) + _filled;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..count].CopyTo(_block.AsSpan(_filled));
            buffer = buffer[count..];
            _filled += count;
            if (_filled == BlockBytes) WriteBlock();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: a block goes when it is full.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            _isClosed = true;
            if (_filled > 0) WriteBlock();
        }
        base.Dispose(disposing);
    }

    private void WriteBlock()
    {
        writer.WriteBlock(section, _blocks, _blocks, (uint)_filled, _block.AsSpan(0, _filled));
        _blocks++;
        _filled = 0;
    }
}
