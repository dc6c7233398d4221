using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Snapshots.Folding;

namespace Monolith.Embeddings.Tests.Hashing;

public class IdComparerTests
{
    private const int Ids = 100_000;

    // The framework's own hash of each of them is 0.
    private static readonly long[] OfEqualHalves = [.. Enumerable.Range(1, Ids).Select(i => ((long)i << 32) | (uint)i)];

    [Test]
    public void Ids_that_the_framework_would_let_collide_do_not()
    {
        Assert.That(OfEqualHalves.Select(id => id.GetHashCode()), Is.All.Zero);
        Assert.That(OfEqualHalves.Select(IdComparer.Instance.GetHashCode).Distinct().Count(), Is.GreaterThan(0.99 * Ids));
        Assert.That((IdComparer.Instance.Equals(1, 1), IdComparer.Instance.Equals(1, 1L << 32)), Is.EqualTo((true, false)));
    }

    [Test]
    public void An_index_of_what_deltas_did_holds_them_like_others()
    {
        var index = new FoldingIndex(Ids);
        index.Begin(Ids);
        foreach (var id in OfEqualHalves) index.Put(id, (int)id % 3);
        Assert.That(OfEqualHalves.All(id => index.TryTake(id, (int)id % 3) == true), Is.True);
        Assert.That((index.IsFull, index.Contains(5)), Is.EqualTo((true, false)));
    }
}
