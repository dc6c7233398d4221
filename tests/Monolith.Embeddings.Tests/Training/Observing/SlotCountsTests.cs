using Monolith.Embeddings.Training.Observing;

namespace Monolith.Embeddings.Tests.Training.Observing;

public class SlotCountsTests
{
    [Test]
    public void Empty_rows_are_counted_as_one_by_one()
    {
        var random = new Random(3);
        for (var rows = 0; rows < 70; rows++)
        {
            var offsets = new int[rows + 1];
            for (var row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + random.Next(3);
            Assert.That(EmptyRows.Count(offsets), Is.EqualTo(Enumerable.Range(0, rows).Count(r => offsets[r] == offsets[r + 1])));
        }
    }

    // In every example an id, in one of a hundred, in one of ten thousand.
    [TestCase(1, ExpectedResult = 1000)]
    [TestCase(100, ExpectedResult = 5000)]
    [TestCase(10_000, ExpectedResult = 495_000)]
    public long A_slot_is_silent_when_fifty_of_its_examples_are_missing(int every)
    {
        var counts = new SlotCounts();
        for (var i = 0; i < 100 * every; i++) counts.Add(1, i % every == 0 ? 2 : 0, i % every == 0 ? 0 : 1);
        // What is silent since its last id.
        var before = every - 1;
        var silence = 0L;
        while (!counts.IsSilent) Assert.That(counts.Add(1, 0, 1), Is.EqualTo(counts.IsSilent), (++silence).ToString());
        Assert.That(counts.Silence, Is.EqualTo(silence + before));
        Assert.That(counts.Add(1, 0, 1), Is.False, "told once");
        Assert.That(counts.Add(10, 1, 9), Is.True, "it is back");
        Assert.That((counts.IsSilent, counts.Silence, counts.Ids), Is.EqualTo((false, 0L, 201L)));
        // A share is of what came before the silence, to which the last gap belongs.
        return (long)Math.Round((silence + before) / 1000.0) * 1000;
    }

    [Test]
    public void A_slot_that_never_had_an_id_is_not_silent()
    {
        var counts = new SlotCounts();
        for (var i = 0; i < 1000; i++) Assert.That(counts.Add(1000, 0, 1000), Is.False);
        Assert.That(counts.UsualShare, Is.Zero);
    }
}
