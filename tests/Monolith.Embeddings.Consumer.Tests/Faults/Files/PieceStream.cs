namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>A stream over bytes that reads a few at a time, and fails once a given number went through it.</summary>
internal sealed class PieceStream(byte[] bytes, int most, long failAfter = long.MaxValue) : Stream
{
    private long _passed;

    public override bool CanRead => true;

    public override bool CanSeek => bytes.Length > 0;

    public override bool CanWrite => bytes.Length == 0;

    public override long Length => bytes.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(Math.Min(buffer.Length, most), Math.Max(0, bytes.Length - Position));
        Pass(count);
        bytes.AsSpan((int)Math.Min(Position, bytes.Length), count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };

    public override void Write(byte[] buffer, int offset, int count) => Pass(count);

    public override void Write(ReadOnlySpan<byte> buffer) => Pass(buffer.Length);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Pass(int count)
    {
        if ((_passed += count) > failAfter) throw new IOException("the medium failed");
    }
}
