using FsCheck.Fluent;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>An index over rows answers like a dictionary, however its hash behaves.</summary>
public class CuckooIndexPropertyTests : LeakChecked
{
    private const int Many = 40;

    [Test]
    public void Any_changes_leave_the_answers_of_a_dictionary([Values] bool mixed, [Values(0.86, 0.98)] double maximumFill,
        [Values] HashShape shape)
    {
        long[] pool = [.. HashShapes.Ids(shape, 200), .. mixed ? TestIds() : []];
        var verb = Gen.Frequency(
            (20, Gen.Elements(IndexVerb.Add, IndexVerb.Remove)), (8, Gen.Elements(IndexVerb.AddMany, IndexVerb.RemoveMany)),
            (4, Gen.Constant(IndexVerb.Compact)),
            (2, Gen.Constant(IndexVerb.TrimExcess)), (1, Gen.Constant(IndexVerb.Clear)));
        var step = verb.SelectMany(_ => Gen.Choose(0, pool.Length - 1), (v, place) => new IndexStep(v, place));
        RandomSteps.Check(step, Smaller, tests: 60, longest: 100, steps =>
        {
            using var rows = new IndexedRows(maximumFill);
            foreach (var each in steps)
            {
                Do(rows, pool, each);
                AssertEqual(rows, pool);
            }
        });
    }

    [Test]
    public void Ids_that_overflowed_return_to_the_buckets_once_those_have_grown()
    {
        using var rows = new IndexedRows();
        foreach (var id in HashShapes.Ids(HashShape.OnePairWhileSmall, 40)) rows.Add(id);
        var overflowed = rows.Index.OverflowCount;
        Assert.That(overflowed, Is.GreaterThan(10));
        for (var id = 0; id < 5000; id++) rows.Add(id);
        Assert.That(rows.Index.OverflowCount, Is.Zero);
        rows.AssertEqual();
        // And back again.
        for (var id = 0; id < 5000; id++) rows.Remove(id);
        rows.Index.TrimExcess();
        Assert.That(rows.Index.OverflowCount, Is.InRange(1, 40));
        rows.AssertEqual();
    }

    private static long[] TestIds() => [0, -1, 1, long.MinValue, long.MaxValue, .. Enumerable.Range(100, 200).Select(i => (long)i)];

    private static void Do(IndexedRows rows, long[] pool, IndexStep step)
    {
        switch (step.Verb)
        {
            case IndexVerb.Add:
            case IndexVerb.AddMany:
                for (var i = 0; i < (step.Verb == IndexVerb.Add ? 1 : Many); i++) rows.Add(pool[(step.Place + i) % pool.Length]);
                break;
            case IndexVerb.Remove:
            case IndexVerb.RemoveMany:
                for (var i = 0; i < (step.Verb == IndexVerb.Remove ? 1 : Many) && rows.Ids.Count > 0; i++)
                    rows.Remove(rows.Ids[step.Place % rows.Ids.Count]);
                break;
            case IndexVerb.Compact:
                rows.Compact(new Random(step.Place), share: step.Place % 4 / 3.0);
                break;
            case IndexVerb.TrimExcess:
                rows.Index.TrimExcess();
                break;
            case IndexVerb.Clear:
                rows.Clear();
                break;
        }
    }

    private static void AssertEqual(IndexedRows rows, long[] pool)
    {
        rows.AssertEqual();
        foreach (var id in pool)
        {
            if (!rows.Oracle.ContainsKey(id)) rows.AssertAbsent(id);
        }
        Assert.That(rows.Index.OverflowCount, Is.InRange(0, rows.Ids.Count));
    }

    private static IEnumerable<IndexStep> Smaller(IndexStep step)
    {
        if (step.Verb is IndexVerb.AddMany or IndexVerb.RemoveMany)
            yield return step with { Verb = step.Verb == IndexVerb.AddMany ? IndexVerb.Add : IndexVerb.Remove };
        if (step.Place > 0) yield return step with { Place = step.Place / 2 };
    }
}
