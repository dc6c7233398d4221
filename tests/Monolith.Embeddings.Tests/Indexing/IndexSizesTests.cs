using Monolith.Embeddings.Indexing;

namespace Monolith.Embeddings.Tests.Indexing;

public class IndexSizesTests
{
    private const double Fill = 0.9;

    [Test]
    public void Each_number_is_a_quarter_more_than_the_one_before([Values(0.0, 0.3, 0.98)] double place)
    {
        var sizes = new IndexSizes(place, Fill);
        var count = IndexSizes.Smallest;
        for (var growth = 0; growth < 60; growth++)
        {
            var next = sizes.After(count);
            Assert.That(next, Is.GreaterThan(count));
            if (count > 100) Assert.That((double)next / count, Is.EqualTo(1.25).Within(0.01));
            count = next;
        }
    }

    [Test]
    public void After_any_other_number_it_grows_by_an_eighth_to_two_fifths([Values(0.0, 0.5)] double place)
    {
        var sizes = new IndexSizes(place, Fill);
        for (var count = 200u; count < 2000; count++) Assert.That((double)sizes.After(count) / count, Is.InRange(1.11, 1.41));
    }

    [Test]
    public void Stripes_grow_one_after_the_other()
    {
        const int stripes = 16;
        var numbers = Enumerable.Range(0, stripes)
            .Select(stripe => new IndexSizes((double)stripe / stripes, Fill).After(100_000)).Order().ToArray();
        var ratios = numbers.Zip(numbers.Skip(1), (one, next) => (double)next / one);
        Assert.That(ratios, Is.All.InRange(1.01, 1.02));
    }

    [Test]
    public void There_is_room_for_the_ids_asked_for([Values(0, 1, 15, 1_000, 123_457)] int ids) =>
        Assert.That(new IndexSizes(0, Fill).For(ids) * Bucket.Slots * Fill, Is.GreaterThanOrEqualTo(ids));
}
