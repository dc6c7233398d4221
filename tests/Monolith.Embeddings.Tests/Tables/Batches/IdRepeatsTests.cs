using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tests.Hashing;

namespace Monolith.Embeddings.Tests.Tables.Batches;

public class IdRepeatsTests
{
    private const int Probes = 128;

    [Test]
    public void Agrees_with_a_dictionary_over_many_batches()
    {
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
            Assert.That(CrowdedOf([.. Enumerable.Range(0, 20 * round).Select(_ => random.NextInt64(10 * round))]), Is.Zero);
    }

    [Test]
    public void Ids_chosen_to_collide_are_counted_beside_the_places_that_they_crowd()
    {
        var colliding = Enumerable.Range(0, 20_000).Select(i => KeyUnmixer.Id((ulong)i)).ToArray();
        // Each twice, and others among them; a batch that begins after that starts over.
        Assert.That(CrowdedOf([.. colliding, .. Enumerable.Range(0, 1000).Select(i => (long)i), .. colliding]),
            Is.EqualTo(colliding.Length - Probes));
        Assert.That(CrowdedOf([1, 2, 1]), Is.Zero);
    }

    private static int CrowdedOf(long[] ids)
    {
        using var repeats = IdRepeats.Rent(ids.Length);
        var counts = new Dictionary<long, int>();
        var (expected, actual) = (new int[ids.Length], new int[ids.Length]);
        for (var i = 0; i < ids.Length; i++)
        {
            expected[i] = counts.GetValueOrDefault(ids[i]);
            counts[ids[i]] = expected[i] + 1;
            actual[i] = repeats.Next(ids[i]);
        }
        Assert.That(actual, Is.EqualTo(expected));
        return repeats.Crowded;
    }
}
