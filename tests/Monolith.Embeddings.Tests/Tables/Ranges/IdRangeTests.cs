using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Tables.Ranges;

public class IdRangeTests
{
    [Test]
    public void Every_id_is_of_exactly_one_range([Values(1, 2, 64, 1024)] int count)
    {
        IdRange[] ranges = [.. Enumerable.Range(0, count).Select(i => new IdRange(i, count))];
        foreach (var id in new[] { 0, -1, 1, 17, 1L << 40, long.MinValue, long.MaxValue })
        {
            IdRange[] owners = [.. ranges.Where(range => range.Contains(id))];
            Assert.That(owners, Has.Length.EqualTo(1));
            Assert.That(owners[0].Index, Is.EqualTo(IdRange.IndexOf(id, count)));
            Assert.That(owners[0].Index, Is.EqualTo((int)(AdmissionContext.PartitionOf(AdmissionContext.MixedId(id)) / (1024.0 / count))));
        }
    }

    [Test]
    public void The_default_is_the_whole() =>
        Assert.That((default(IdRange), default(IdRange).IsWhole, default(IdRange).Count), Is.EqualTo((new IdRange(0, 1), true, 1)));

    [TestCase(0, 3)]
    [TestCase(0, 0)]
    [TestCase(0, 2048)]
    [TestCase(4, 4)]
    [TestCase(-1, 4)]
    public void What_is_no_range_is_refused(int index, int count) =>
        Assert.That(() => new IdRange(index, count), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Equal_ranges_are_equal()
    {
        Assert.That(new IdRange(1, 4) == new IdRange(1, 4) && new IdRange(1, 4) != new IdRange(1, 2) && new IdRange(0, 2) != IdRange.Whole);
        Assert.That(new IdRange(3, 4).ToString(), Is.EqualTo("range 3 of 4"));
    }
}
