using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Enumeration;

/// <summary>Enumerations while other threads let rows come and go. All floats of a row always carry one version of its id.</summary>
public class EnumerationConcurrencyTests : LeakChecked
{
    private const int Dimension = 24;
    private const int Staying = 4000;
    private const int Coming = 4000;
    private const int Batch = 200;
    private const int Rounds = 60;
    private const int MostRounds = 10_000;

    [Test]
    public void Rows_that_stay_are_met_once_and_whole_while_others_come_and_go([Values(1, 16)] int stripes)
    {
        // The rows that stay are of the last of all times.
        using var table = new EmbeddingTable(
            TestTable.Plain(stripes, Dimension, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(5))),
            new() { MemoryLimitBytes = 1 << 30, RefuseFutureEventTimes = false });
        Write(table, TestTable.Range(0, Staying), 0, uint.MaxValue);
        var enumerating = 2;
        var changes = 0L;
        Task[] tasks =
        [
            Start(() => Enumerate(table, seed: 1, ref enumerating, ref changes)),
            Start(() => Enumerate(table, seed: 2, ref enumerating, ref changes)),
            Start(() => Churn(table, new Random(3), ref enumerating, ref changes)),
            Start(() => Churn(table, new Random(4), ref enumerating, ref changes)),
        ];
        Assert.That(() => Task.WaitAll(tasks), Throws.Nothing);
        Assert.That(changes, Is.Positive);
        Assert.That(table.Contains(TestTable.Range(0, Staying), new bool[Staying]), Is.EqualTo(Staying));
    }

    private static void Enumerate(EmbeddingTable table, int seed, ref int enumerating, ref long changes)
    {
        try
        {
            var random = new Random(seed);
            // The threads that change rows may start late.
            for (var round = 0; round < Rounds || (Volatile.Read(ref changes) == 0 && round < MostRounds); round++)
            {
                var met = new HashSet<long>();
                foreach (var chunk in table.EnumerateRows(1 + random.Next(300))) Meet(chunk, met);
                Assert.That(met.Count(id => id < Staying), Is.EqualTo(Staying), "rows that were there throughout");
            }
        }
        finally
        {
            Interlocked.Decrement(ref enumerating);
        }
    }

    private static void Meet(RowChunk chunk, HashSet<long> met)
    {
        for (var i = 0; i < chunk.Count; i++)
        {
            var id = chunk.Ids[i];
            var floats = chunk.Weights.Slice(i * Dimension, Dimension);
            if (!met.Add(id)) Assert.Fail($"Row {id} was met twice.");
            if (floats.ContainsAnyExcept(floats[0]) || MathF.Floor(floats[0]) != id) Assert.Fail($"Row {id} is torn or another's.");
        }
    }

    private static void Churn(EmbeddingTable table, Random random, ref int enumerating, ref long changes)
    {
        var ids = new long[Batch];
        for (var i = 0u; Volatile.Read(ref enumerating) > 0; i++)
        {
            foreach (ref var id in ids.AsSpan()) id = Staying + random.Next(Coming);
            Write(table, ids, random.Next(100) / 128f, i);
            foreach (ref var id in ids.AsSpan()) id = random.Next(Staying);
            Write(table, ids, random.Next(100) / 128f, i);
            foreach (ref var id in ids.AsSpan()) id = Staying + random.Next(Coming);
            Interlocked.Add(ref changes, table.Remove(ids));
            if (i % 10 == 9) table.Evict();
        }
    }

    private static void Write(EmbeddingTable table, long[] ids, float version, uint eventTime)
    {
        var values = new float[ids.Length * Dimension];
        for (var i = 0; i < ids.Length; i++) values.AsSpan(i * Dimension, Dimension).Fill(ids[i] + version);
        table.Assign(ids, values, At.Seconds(eventTime));
    }

    private static Task Start(Action body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
