using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Enumeration;

/// <summary>
/// One enumeration in the hands of two threads, which it is not made for: it says so, and the table is none the worse for it.
/// </summary>
public class SharedEnumerationTests : LeakChecked
{
    private const int Rows = 20_000, Rounds = 60, MostRounds = 10_000;

    // A guard against hanging, which no machine is too slow for.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Test]
    public void A_thread_that_uses_the_enumeration_of_another_one_is_told_so()
    {
        using var copying = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var hooks = new PlugIns();
        using var table = TestTable.Create(TestTable.Plain(4, 2, o => o.Expiry = hooks.Expiry));
        table.Assign(TestTable.Range(0, 100), new float[200], At.Seconds(1));
        hooks.OnIsExpired = _ =>
        {
            copying.Set();
            Assert.That(goOn.Wait(Patience), Is.True);
            return false;
        };
        // While an eviction is under way the copying thread asks the policy about each row.
        table.BeginPass();
        using var rows = table.EnumerateRows(10);
        var first = Task.Run(rows.MoveNext);
        Assert.That(copying.Wait(Patience), Is.True);
        Assert.That(
            () => rows.MoveNext(), Throws.InvalidOperationException.With.Message.Contains("'plain'").And.Message.Contains("EnumerateRows"));
        Assert.That(() => rows.Current.Count, Throws.InvalidOperationException);
        goOn.Set();
        Assert.That(first.GetAwaiter().GetResult(), Is.True);
        var met = new HashSet<long>();
        do met.UnionWith(rows.Current.Ids.ToArray());
        while (rows.MoveNext());
        Assert.That(met, Has.Count.EqualTo(100), "the enumeration of the first thread goes on");
    }

    [Test]
    public void An_enumeration_that_another_thread_ends_stops_there()
    {
        using var table = Filled(8);
        for (var i = 0; i < 200; i++)
        {
            using var rows = table.EnumerateRows(50);
            var copied = 0;
            Crowd.Run(
                () =>
                {
                    while (rows.MoveNext()) copied++;
                },
                rows.Dispose,
                rows.Dispose);
            Assert.That(rows.MoveNext(), Is.False);
            Assert.That(rows.Current.Count, Is.Zero);
        }
        AssertUsable(table);
    }

    [Test]
    public void Threads_that_share_an_enumeration_break_neither_the_table_nor_other_enumerations([Values(1, 16)] int stripes)
    {
        using var table = Filled(stripes);
        var refused = 0;
        Crowd.RunUntilDone(
            [
                () =>
                {
                    // The threads of one round may run one after the other, where there are few processors.
                    for (var i = 0; i < Rounds || (refused == 0 && i < MostRounds); i++) Share(table, ref refused);
                },
            ],
            [() => table.Remove(TestTable.Range(Rows / 2, 200)), () =>
                table.Assign(TestTable.Range(Rows / 2, 200), new float[400], At.Seconds(2))]);
        Assert.That(refused, Is.Positive);
        table.Assign(TestTable.Range(0, Rows), new float[2 * Rows], At.Seconds(2));
        AssertUsable(table);
    }

    private static void Share(EmbeddingTable table, ref int refused)
    {
        using var rows = table.EnumerateRows(64);
        var (times, enumeration) = (0, rows);
        Crowd.Run(Step, Step, Step);
        Interlocked.Add(ref refused, times);

        void Step()
        {
            for (var hasMore = true; hasMore;)
            {
                try
                {
                    hasMore = enumeration.MoveNext();
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref times);
                }
            }
        }
    }

    private static EmbeddingTable Filled(int stripes)
    {
        var table = TestTable.Create(TestTable.Plain(stripes));
        table.Assign(TestTable.Range(0, Rows), new float[2 * Rows], At.Seconds(1));
        return table;
    }

    private static void AssertUsable(EmbeddingTable table)
    {
        var used = Task.Run(() =>
        {
            var met = new HashSet<long>();
            foreach (var chunk in table.EnumerateRows()) met.UnionWith(chunk.Ids.ToArray());
            return (met.Count, table.Contains(TestTable.Range(0, Rows), new bool[Rows]), table.Remove(TestTable.Range(0, Rows)));
        });
        Assert.That(used.Wait(Patience), Is.True, "a stripe stayed locked");
        Assert.That(used.GetAwaiter().GetResult(), Is.EqualTo((Rows, Rows, Rows)));
    }
}
