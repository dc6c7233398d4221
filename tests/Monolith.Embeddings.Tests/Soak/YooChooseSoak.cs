using System.Diagnostics;
using System.Globalization;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Soak;

/// <summary>
/// The YooChoose days in a loop, under a memory limit and a time to live: memory stays flat, and the counters agree. MONOLITH_SOAK_MINUTES
/// says for how long; ten minutes unless it is set.
/// </summary>
[Explicit("Takes ten minutes, and wants the YooChoose days.")]
public class YooChooseSoak : LeakChecked
{
    private const int Days = 8;
    private const long LimitBytes = 12 << 20;

    [Test]
    public void Memory_stays_flat_and_the_counters_agree()
    {
        var days = Enumerable.Range(0, Days).Select(day => ClickDay.Read(RealData.File($"yoochoose/day_{day}.txt.gz"))).ToArray();
        var minutes = double.Parse(Environment.GetEnvironmentVariable("MONOLITH_SOAK_MINUTES") ?? "10", CultureInfo.InvariantCulture);
        using var tables = new ClickTables(LimitBytes);
        var (watch, passes, isOver, servedItems) = (Stopwatch.StartNew(), new List<PassState>(), false, 0L);
        var serving = Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver)) servedItems += Serve(tables, days);
        });
        try
        {
            // Three passes at least: one to fill the tables, and two to compare.
            for (var pass = 0; pass < 3 || watch.Elapsed.TotalMinutes < minutes; pass++)
            {
                foreach (var day in days)
                {
                    tables.Learn(day, pass);
                    Assert.That(tables.Set.MemoryBytes, Is.LessThanOrEqualTo(LimitBytes));
                }
                passes.Add(PassState.Now(tables.Set));
                TestContext.Progress.WriteLine($"pass {pass}, {watch.Elapsed.TotalSeconds:F0} s, {tables.Clicks} clicks: {passes[^1]}");
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            serving.Wait();
        }
        AssertFlat(passes[1..]);
        AssertCounters(tables, servedItems);
    }

    private static long Serve(ClickTables tables, ClickDay[] days)
    {
        var (ids, rows) = (new long[256], new float[256 * 16]);
        foreach (var day in days)
        {
            for (var i = 0; i < ids.Length; i++) ids[i] = ClickTables.Item(day.Items[i * (day.Items.Length / ids.Length)]);
            tables.Set.Tables[1].Lookup(ids, rows);
            if (rows.AsSpan().ContainsAny(float.NaN, float.PositiveInfinity, float.NegativeInfinity))
                throw new InvalidOperationException("A row is not finite.");
        }
        return days.Length * ids.Length;
    }

    // The passes differ in their sessions alone; what one leaves behind, every other does, except for chance in the hashes.
    private static void AssertFlat(List<PassState> passes)
    {
        foreach (var pass in passes)
        {
            Assert.That(pass.AccountedBytes, Is.EqualTo(passes[0].AccountedBytes).Within(10).Percent, "accounted bytes");
            Assert.That(pass.Rows, Is.EqualTo(passes[0].Rows).Within(10).Percent, "rows");
            Assert.That(pass.ResidentBytes, Is.LessThan(passes[0].ResidentBytes * 1.1 + (16 << 20)), "resident bytes");
        }
    }

    private static void AssertCounters(ClickTables tables, long servedItems)
    {
        var (sessions, items) = (tables.Set.Tables[0].GetStatistics(), tables.Set.Tables[1].GetStatistics());
        TestContext.Out.WriteLine($"{tables.Clicks} clicks, {servedItems} items served\n{sessions}\n{items}");
        Assert.That((sessions.Lookups, items.Lookups), Is.EqualTo((tables.Asked.Sessions, tables.Asked.Items + servedItems)));
        foreach (var statistics in new[] { sessions, items })
        {
            Assert.That(statistics.Created - statistics.Removed - statistics.Expired - statistics.Cleared, Is.EqualTo(statistics.Rows));
            Assert.That(statistics.Found, Is.InRange(1, statistics.Lookups));
            Assert.That(statistics.DroppedGradients, Is.InRange(1, tables.Gradients));
            Assert.That((statistics.Removed, statistics.NonFiniteGradients), Is.EqualTo((0L, 0L)));
            Assert.That(statistics.Expired, Is.Positive);
            Assert.That(statistics.Bytes.Filter, Is.LessThan(LimitBytes));
        }
        Assert.That(sessions.Refused, Is.Positive, "the limit was met");
    }
}
