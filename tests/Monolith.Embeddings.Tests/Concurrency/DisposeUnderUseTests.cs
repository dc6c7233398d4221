using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// A table that is disposed while threads use it answers them with <see cref="ObjectDisposedException"/> and nothing else.
/// </summary>
public class DisposeUnderUseTests : LeakChecked
{
    private const int Rounds = 60, Threads = 4;

    [Test]
    public void Every_verb_ends_in_ObjectDisposedException([Values(1, 16)] int stripes, [Values] bool isFull)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var table = TestTable.Create(TestTable.Plain(stripes, 8, o =>
            {
                o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(5));
                o.Admission = new MinOccurrencesOptions(2);
                if (isFull) (o.MaxRows, o.AtLimit) = (500, new LeastRecentlyUpdatedOptions());
            }));
            DisposeUnderUse(table.Dispose, random => new AnyVerb(table, 5000, random), round);
            Assert.That(table.Count, Is.Zero);
        }
    }

    [Test]
    public void A_set_that_is_disposed_disposes_the_tables_under_those_who_use_them()
    {
        for (var round = 0; round < Rounds / 4; round++)
        {
            var set = new EmbeddingTableSet(
                new TableSchema([TestTable.Plain(), TestTable.Options()]), new() { MemoryLimitBytes = 1 << 24 });
            DisposeUnderUse(set.Dispose, random => new AnyVerb(set.Tables[random.Next(2)], 5000, random), round);
            Assert.That((set.Count, set.MemoryBytes), Is.EqualTo((0L, 0L)));
        }
    }

    [Test]
    public void Two_who_dispose_at_once_dispose_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var table = TestTable.Create(TestTable.Plain());
            table.Assign(TestTable.Range(0, 100), new float[200], At.Seconds(0));
            Crowd.Run([.. Enumerable.Repeat(table.Dispose, Threads)]);
            Assert.That(table.Count, Is.Zero);
        }
    }

    private static void DisposeUnderUse(Action dispose, Func<Random, AnyVerb> user, int round)
    {
        using var underWay = new CountdownEvent(Threads);
        // The instant of the end wanders through the verbs.
        var before = AnyVerb.Count + round % 17;
        Crowd.Run([
            .. Enumerable.Range(0, Threads)
            .Select(i => (Action)(() => UseUntilDisposed(user(new Random(Threads * round + i)), before, underWay))),
            () =>
            {
                underWay.Wait();
                dispose();
            }]);
    }

    private static void UseUntilDisposed(AnyVerb verbs, int before, CountdownEvent underWay)
    {
        var steps = 0;
        try
        {
            for (; ; steps++)
            {
                if (steps == before) underWay.Signal();
                verbs.Step();
            }
        }
        catch (ObjectDisposedException)
        {
            Assert.That(steps, Is.GreaterThanOrEqualTo(before), "disposed before the table was in use");
        }
        finally
        {
            if (steps < before) underWay.Signal();
        }
    }
}
