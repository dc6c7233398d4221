using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Plug-ins throw now and then under threads in all verbs: each caller gets the plug-in's exception, and the table stays whole.
/// </summary>
public class ThrowingUnderUseTests : LeakChecked
{
    private const int Threads = 3, Steps = 2000, Ids = 3000;

    [Test]
    public void A_plug_in_that_throws_stops_its_own_batch_alone([Values(1, 16)] int stripes)
    {
        var (hooks, calls, thrown) = (new PlugIns(), 0, 0);
        using var table = TestTable.Create(TestTable.Plain(stripes, 8, o =>
        {
            o.Segments[0].Optimizer = hooks.Optimizer;
            o.Segments[0].Initializer = hooks.Initializer;
            o.Admission = hooks.Admission;
            o.Expiry = hooks.Expiry;
        }));
        (hooks.OnApply, hooks.OnInitialize, hooks.OnInitializeState, hooks.OnWeightsMoved) =
            (_ => Throw(), _ => Throw(), _ => Throw(), Throw);
        hooks.OnAdmit = _ => { Throw(); return true; };
        hooks.OnIsExpired = id => { Throw(); return id % 7 == 0; };
        Crowd.Run([.. Enumerable.Range(0, Threads).Select(i => (Action)(() => Use(new AnyVerb(table, Ids, new Random(i)), ref thrown)))]);
        Assert.That(thrown, Is.GreaterThan(Threads * 100), "batches that a plug-in stopped");
        hooks.OnAdmit = _ => true;
        (hooks.OnApply, hooks.OnInitialize, hooks.OnInitializeState, hooks.OnWeightsMoved) = (_ => { }, _ => { }, _ => { }, () => { });
        AssertWhole(table);

        void Throw()
        {
            if (Interlocked.Increment(ref calls) % 501 == 0) throw new InvalidCastException("on purpose");
        }
    }

    private static void Use(AnyVerb verbs, ref int thrown)
    {
        for (var i = 0; i < Steps; i++)
        {
            try
            {
                verbs.Step();
            }
            catch (BatchInterruptedException interruption) when (interruption.InnerException is InvalidCastException)
            {
                Interlocked.Increment(ref thrown);
            }
            catch (InvalidCastException)
            {
                Interlocked.Increment(ref thrown);
            }
        }
    }

    private static void AssertWhole(EmbeddingTable table)
    {
        var (ids, found) = (TestTable.Range(0, Ids), new bool[Ids]);
        Assert.That(table.Contains(ids, found), Is.EqualTo(table.Count));
        var statistics = table.GetStatistics();
        Assert.That(statistics.Created - statistics.Removed - statistics.Expired - statistics.Cleared, Is.EqualTo(table.Count));
        var values = TestTable.Values(Ids, table.Dimension, 1);
        Assert.That(table.Assign(ids, values, At.Seconds(0)), Is.EqualTo(Ids));
        Assert.That(TestTable.Read(table, ids), Is.EqualTo(values));
        Assert.That(table.Remove(ids), Is.EqualTo(Ids));
        Assert.That(table.Count, Is.Zero);
    }
}
