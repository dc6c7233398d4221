using System.Buffers.Binary;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>
/// A place in a sampled stream: a position of the stream before, and how many examples behind it were passed. As a position it has eight
/// bytes that tell its form, the count, little endian, and the position of the stream before.
/// </summary>
/// <param name="Begin">A position of the stream before.</param>
/// <param name="Passed">How many of its examples since that position were kept or dropped.</param>
internal readonly record struct SubsampledPosition(StreamPosition Begin, int Passed)
{
    // Long enough that no position of another source begins with it by chance: those are read as positions of the stream before.
    private const ulong Form = 0xB7_53_61_6D_70_6C_65_64;
    private const int PassedAt = sizeof(ulong), FieldBytes = PassedAt + sizeof(int);

    /// <exception cref="ArgumentException">It was damaged.</exception>
    public static SubsampledPosition From(StreamPosition position)
    {
        var bytes = position.Bytes.Span;
        if (bytes.Length < FieldBytes || BinaryPrimitives.ReadUInt64BigEndian(bytes) != Form) return new(position, 0);
        var passed = BinaryPrimitives.ReadInt32LittleEndian(bytes[PassedAt..]);
        if (passed < 0)
        {
            throw new ArgumentException(
                $"The position {position} of a sampled stream says that {passed} examples passed.", nameof(position));
        }
        return new(new StreamPosition(position.Bytes[FieldBytes..]), passed);
    }

    public StreamPosition ToStreamPosition()
    {
        var bytes = new byte[FieldBytes + Begin.Bytes.Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Form);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(PassedAt), Passed);
        Begin.Bytes.Span.CopyTo(bytes.AsSpan(FieldBytes));
        return new StreamPosition(bytes);
    }
}
