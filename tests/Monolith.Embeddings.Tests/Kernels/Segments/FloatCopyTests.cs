using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Kernels.Segments;

/// <summary>Copying and clearing, at every length, between pages that must not be touched.</summary>
public unsafe class FloatCopyTests
{
    private const int Longest = 130;

    private readonly Random _random = new(19);

    [Test]
    public void Copies_every_bit_of_every_length_and_touches_nothing_else()
    {
        using GuardedFloats source = new(Longest), destination = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var expected = AnyBits(length);
            var from = source.Last(expected);
            var to = destination.Last(AnyBits(length));
            fixed (float* first = from) FloatCopy.Copy(first, to);
            Assert.That(Bits.Of(to), Is.EqualTo(Bits.Of(expected)), $"length {length}");
            destination.AssertUntouched(length);
        }
    }

    [Test]
    public void Clears_every_length_and_touches_nothing_else()
    {
        using GuardedFloats destination = new(Longest);
        for (var length = 0; length <= Longest; length++)
        {
            var to = destination.Last(AnyBits(length));
            FloatCopy.Clear(to);
            Assert.That(Bits.Of(to), Is.All.Zero, $"length {length}");
            destination.AssertUntouched(length);
        }
    }

    // A row's weights end where its state begins: what a copy writes too much lies inside the row, and no guard page tells.
    [Test]
    public void Stays_inside_a_span_that_has_floats_on_both_sides()
    {
        for (var length = 0; length <= Longest; length++)
        {
            var (source, memory) = (AnyBits(length), AnyBits(length + 32));
            uint[] before = Bits.Of(memory);
            fixed (float* first = source) FloatCopy.Copy(first, memory.AsSpan(16, length));
            Assert.That(Bits.Of(memory), Is.EqualTo((uint[])[.. before[..16], .. Bits.Of(source), .. before[^16..]]), $"copy of {length}");
            FloatCopy.Clear(memory.AsSpan(16, length));
            Assert.That(
                Bits.Of(memory), Is.EqualTo((uint[])[.. before[..16], .. new uint[length], .. before[^16..]]), $"clearing of {length}");
        }
    }

    /// <summary>Any bits: infinities, subnormal numbers and NaN of any payload among them, and no zero.</summary>
    private float[] AnyBits(int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = BitConverter.UInt32BitsToSingle(
                i % 5 == 4 ? 0x7F800000u | (uint)i : (uint)_random.Next(1, int.MaxValue) << (i & 1));
        return values;
    }
}
