using FsCheck;
using FsCheck.Fluent;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables.Model;

namespace Monolith.Embeddings.Tests.Tables.Enumeration;

/// <summary>Enumerations between any calls: what is there throughout is met once, and nothing is met twice.</summary>
public class EnumerationModelTests : LeakChecked
{
    [Test]
    public void Any_calls_between_the_chunks_of_several_enumerations_are_right(
        [Values(1, 2, 16)] int stripes, [Values(0, 3)] int occurrences) =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)),
            seed => Play(new Random(seed), stripes, occurrences, poolSize: 40, actions: 80, batch: 12))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Test]
    public void Many_rows_come_and_go_between_the_chunks([Values(1, 8)] int stripes) =>
        Play(new Random(stripes), stripes, 0, poolSize: 3000, actions: 600, batch: 400);

    private static void Play(Random random, int stripes, int occurrences, int poolSize, int actions, int batch)
    {
        using var comparison = new ModelComparison(
            new ModelSettings(stripes, "3", occurrences, ExpiryClock.EventTime, TestTable.Range(100, poolSize)));
        var running = new List<WatchedEnumeration>();
        for (var i = 0; i < actions; i++)
        {
            var verb = (TableVerb)random.Next((int)TableVerb.Evict);
            if (random.Next(12) == 0) verb = TableVerb.Evict;
            if (random.Next(60) == 0) verb = TableVerb.Clear;
            comparison.Do(new TableAction(verb, random.Next(), random.Next(batch)));
            foreach (var enumeration in running) enumeration.Follow();
            if (running.Count < 4 && random.Next(3) == 0)
                running.Add(new WatchedEnumeration(comparison.Table, comparison.Model, 1 + random.Next(batch)));
            Step(running, random);
        }
        foreach (var enumeration in running)
        {
            while (enumeration.Step())
            {
            }
        }
        comparison.AssertEqual();
    }

    // Some stop early, and are disposed or forgotten.
    private static void Step(List<WatchedEnumeration> running, Random random)
    {
        for (var i = running.Count - 1; i >= 0; i--)
        {
            var ends = random.Next(30) == 0;
            if (random.Next(2) == 0 || (!ends && running[i].Step())) continue;
            if (random.Next(4) != 0) running[i].Dispose();
            running.RemoveAt(i);
        }
    }
}
