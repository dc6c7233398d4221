namespace Monolith.Embeddings.Tests.Support;

public class PlacesTests
{
    [Test]
    public void They_rise_from_the_first_to_the_last_with_even_and_odd_ones([Values(1, 2, 15, 40, 333)] int count)
    {
        int[] places = [.. Places.Between(7, 7 + count)];
        Assert.That(places, Is.Ordered.And.Unique);
        Assert.That((places[0], places[^1]), Is.EqualTo((7, 6 + count)));
        if (count > 2) Assert.That(places.Select(place => place % 2).Distinct(), Has.Exactly(2).Items);
    }

    [Test]
    public void Of_nothing_there_are_none() => Assert.That(Places.UpTo(0), Is.Empty);
}
