using System.Runtime.InteropServices;
using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tests.Memory;

public class OverlapTests
{
    [Test]
    public void Two_ranges_of_one_array_share_memory_exactly_if_a_byte_of_it_is_in_both()
    {
        var bytes = new byte[32];
        for (var (i, ranges) = (0, 33 * 33); i < ranges * ranges; i += 1 + i % 7)
        {
            var (a, b) = (Range(i % ranges), Range(i / ranges));
            var expected = Math.Max(a.Start, b.Start) < Math.Min(a.End, b.End);
            var overlaps = Overlap.Exists<byte, byte>(bytes.AsSpan(a.Start..a.End), bytes.AsSpan(b.Start..b.End));
            Assert.That(overlaps, Is.EqualTo(expected), $"{a} and {b}");
        }

        static (int Start, int End) Range(int number) => (Math.Min(number % 33, number / 33), Math.Max(number % 33, number / 33));
    }

    [Test]
    public void Lengths_are_those_of_the_elements()
    {
        var ids = new long[4];
        var floats = MemoryMarshal.Cast<long, float>(ids.AsSpan());
        Assert.That(Overlap.Exists<long, float>(ids.AsSpan(0, 2), floats[3..]), Is.True);
        Assert.That(Overlap.Exists<long, float>(ids.AsSpan(0, 2), floats[4..]), Is.False);
        Assert.That(Overlap.Exists<float, long>(floats[..3], ids.AsSpan(1)), Is.True);
        Assert.That(Overlap.Exists<float, long>(floats[..2], ids.AsSpan(1)), Is.False);
        Assert.That(Overlap.Exists<long, float>(ids, new float[8]), Is.False);
        Assert.That(Overlap.Exists<long, float>(ids, []) || Overlap.Exists<long, float>([], floats), Is.False);
    }
}
