using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features;

public class StreamPositionTests
{
    [Test]
    public void Positions_are_equal_byte_for_byte()
    {
        var (a, b, c) = (Of(1, 2), Of(1, 2), Of(1, 3));
        Assert.That(
            (a == b, a != b, a == c, a != c, a.Equals((object)b), a.Equals("x")), Is.EqualTo((true, false, false, true, true, false)));
        Assert.That(a.GetHashCode(), Is.EqualTo(b.GetHashCode()));
        Assert.That(a.GetHashCode(), Is.Not.EqualTo(c.GetHashCode()));
    }

    [Test]
    public void The_default_is_the_start()
    {
        Assert.That(StreamPosition.Start, Is.EqualTo(default(StreamPosition)));
        Assert.That((StreamPosition.Start.IsStart, Of().IsStart, Of(0).IsStart), Is.EqualTo((true, true, false)));
        Assert.That((StreamPosition.Start.ToString(), Of(1, 0xAB).ToString()), Is.EqualTo(("start", "01AB")));
    }

    private static StreamPosition Of(params byte[] bytes) => new(bytes);
}
