using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tests.Rows;

public class RowLayoutTests
{
    [Test]
    public void Weights_stand_together_and_the_states_behind_them()
    {
        var layout = new RowLayout([(1, 2), (16, 16), (3, 0)]);
        Assert.That(layout.Segments, Is.EqualTo(new[] { new RowSegment(0, 1, 20, 2), new RowSegment(1, 16, 22, 16), new RowSegment(17, 3, 38, 0) }));
        Assert.That((layout.Dimension, layout.FloatCount, layout.RowBytes), Is.EqualTo((20, 38, 16 + 38 * 4)));
    }

    [TestCase(1, 24)]
    [TestCase(2, 24)]
    [TestCase(3, 32)]
    public void A_row_is_a_multiple_of_8_bytes(int floats, int bytes) =>
        Assert.That(new RowLayout([(floats, 0)]).RowBytes, Is.EqualTo(bytes));
}
