using System.Runtime.ExceptionServices;

namespace Monolith.Embeddings.Exchange;

/// <summary>
/// Remembers that the medium failed. .NET's zip reader calls a directory corrupt also where it could not be read, and a good file would be
/// thrown away. A seek that fails says nothing: damaged offsets lead before the beginning.
/// </summary>
/// <param name="source">The file; left open.</param>
internal sealed class WatchedSource(Stream source) : Stream
{
    private IOException? _failure;

    public override bool CanRead => source.CanRead;

    public override bool CanSeek => source.CanSeek;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value;
    }

    /// <exception cref="InvalidDataException">What <paramref name="read"/> threw because of the bytes.</exception>
    /// <exception cref="IOException">The medium failed.</exception>
    public T Guard<T>(Func<T> read)
    {
        try
        {
            return NpzFaults.Guard("", read);
        }
        catch (InvalidDataException) when (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
            throw;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (IOException failure) when (failure is not EndOfStreamException)
        {
            _failure = failure;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => source.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
