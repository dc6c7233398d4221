using System.Buffers.Binary;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// A place in a shuffled stream: which block, where it begins, and how much of it was given. As a position it has a byte that tells its
/// form, the fields in this order, little endian, and the position of the stream that is shuffled.
/// </summary>
/// <param name="Block">The number of the block, from 0.</param>
/// <param name="Key">What its order was drawn by; 0 where nothing of it was given.</param>
/// <param name="Examples">How many examples it has; 0 where nothing of it was given.</param>
/// <param name="Given">How many of them were given.</param>
/// <param name="Begin">Where it begins in the stream that is shuffled.</param>
internal readonly record struct ShuffledPosition(long Block, ulong Key, int Examples, int Given, StreamPosition Begin)
{
    private const byte Form = 0x53;
    private const int KeyAt = 1 + sizeof(long), ExamplesAt = KeyAt + sizeof(ulong), GivenAt = ExamplesAt + sizeof(int);
    private const int FieldBytes = GivenAt + sizeof(int);

    /// <exception cref="ArgumentException">Another source made it.</exception>
    public static ShuffledPosition From(StreamPosition position)
    {
        if (position.IsStart) return default;
        var bytes = position.Bytes.Span;
        if (bytes.Length < FieldBytes || bytes[0] != Form) throw Foreign(position);
        var read = new ShuffledPosition(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[KeyAt..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[ExamplesAt..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[GivenAt..]),
            new StreamPosition(position.Bytes[FieldBytes..]));
        var isWhole = read.Given == 0 ? read.Examples == 0 : read.Given > 0 && read.Given < read.Examples;
        return read.Block >= 0 && isWhole ? read : throw Foreign(position);
    }

    public StreamPosition ToStreamPosition()
    {
        var bytes = new byte[FieldBytes + Begin.Bytes.Length];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), Block);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(KeyAt), Key);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(ExamplesAt), Examples);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(GivenAt), Given);
        Begin.Bytes.Span.CopyTo(bytes.AsSpan(FieldBytes));
        return new StreamPosition(bytes);
    }

    private static ArgumentException Foreign(StreamPosition position) =>
        ForeignPosition.Of(position, "this source", ", whose positions name a block of a shuffled stream");
}
