using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Ranking;
using Monolith.Embeddings.Tables.Serving;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Ranking;

/// <summary>The search over the rows of a replica.</summary>
public class ReplicaTopKTests : LeakChecked
{
    [Test]
    public void It_finds_what_sorting_all_rows_finds(
        [Values(RowFormat.Float32, RowFormat.Float16, RowFormat.Int8)] RowFormat format, [Values(1, 8)] int stripes,
        [Values(1, 16, 20)] int dimension)
    {
        using var table = Create(format, stripes, 1, dimension);
        var random = new Random(7);
        long[] ids = [0, -1, long.MinValue, long.MaxValue, .. Enumerable.Range(1, 4000).Select(i => i * 0x0123456789ABCDEF)];
        float[] weights = [.. Enumerable.Range(0, ids.Length * table.Dimension).Select(_ => random.Next(-3, 4) * 0.5f)];
        table.Set(ids, weights);
        table.Lookup(ids, weights);
        var rows = ids.Select((id, i) => (id, i)).ToDictionary(
            p => p.id, p => weights[(p.i * table.Dimension)..((p.i + 1) * table.Dimension)]);
        foreach (var k in new[] { 1, 20, 5000 })
        {
            var query = TopKTests.Query(random, table.Dimension);
            Assert.That(Search(table, query, k), Is.EqualTo(TopKOracle.Best(rows, query, k)), $"k {k}");
        }
    }

    // A row that moves to where the pass has been would be missed; one that moves ahead of it would be met twice.
    [Test]
    public void Rows_that_move_between_two_chunks_are_found_once()
    {
        using var table = Create(RowFormat.Float32, 1, 1);
        long[] kept = [.. Enumerable.Range(0, 20_000)], added = [.. Enumerable.Range(20_000, 20_000)];
        table.Set(kept, [.. kept.Select(id => (float)id)]);
        var (next, calls) = (0, 0);
        table.Ranked.BetweenChunks = _ =>
        {
            calls++;
            for (var i = 0; i < 2000 && next < added.Length; i++, next++) table.Set([added[next]], [0]);
        };
        var found = Search(table, [1], 40_000).Select(row => row.Id).ToArray();
        Assert.That(found.Distinct().Count(), Is.EqualTo(found.Length));
        Assert.That(kept, Is.SubsetOf(found));
        Assert.That((calls > 0, next > 0, table.Count), Is.EqualTo((true, true, (long)kept.Length + next)));
    }

    // A row that comes back at the other of its places, ahead of the pass, would be met twice.
    [Test]
    public void Rows_that_go_and_come_back_between_two_chunks_are_found_once()
    {
        // So full that many rows are at the second of their places, with so much room that none moves another one away.
        using var table = new WeightTable("t", new WeightEncoding([1], RowFormat.Float32), 70_000, new MemoryAccount(long.MaxValue), 1);
        long[] ids = [.. Enumerable.Range(0, 20_000)];
        table.Set(ids, [.. ids.Select(id => (float)id)]);
        var calls = 0;
        table.Ranked.BetweenChunks = _ =>
        {
            calls++;
            table.Remove(ids);
            Array.Reverse(ids);
            table.Set(ids, [.. ids.Select(id => (float)id)]);
        };
        var found = Search(table, [1], 40_000).Select(row => row.Id).ToArray();
        Assert.That(found, Is.Unique.And.EquivalentTo(ids));
        Assert.That(calls, Is.EqualTo(1), "the stripe is read again at once");
    }

    [Test]
    public void Beside_a_writer_no_row_is_torn_missing_or_met_twice([Values(RowFormat.Float32, RowFormat.Int8)] RowFormat format)
    {
        using var table = Create(format, 2, 24);
        long[] kept = [.. Enumerable.Range(0, 8000)], passing = [.. Enumerable.Range(8000, 8000)];
        table.Set(kept, TopKTests.Rows(kept, 1));
        Crowd.RunUntilDone(
            [
                () =>
                {
                    for (var value = 2; value < 80; value++)
                    {
                        table.Set(kept, TopKTests.Rows(kept, value));
                        if (value % 2 == 0) table.Set(passing, TopKTests.Rows(passing, value));
                        else table.Remove(passing);
                        table.TrimExcess();
                    }
                },
            ],
            [() => Check(table, kept.Length), () => Check(table, kept.Length)]);
    }

    private static void Check(WeightTable table, int kept)
    {
        var found = Search(table, [.. Enumerable.Repeat(1f, 24)], 16_000);
        if (found.Count(row => row.Id < kept) != kept) throw new InvalidOperationException("A row was missing.");
        if (found.Select(row => row.Id).Distinct().Count() != found.Length) throw new InvalidOperationException("A row was met twice.");
        if (found.Any(row => row.Score % 24 != 0)) throw new InvalidOperationException("A row was torn.");
    }

    private static WeightTable Create(RowFormat format, int stripes, params int[] dimensions) =>
        new("t", new WeightEncoding(dimensions, format), 0, new MemoryAccount(long.MaxValue), stripes);

    private static (long Id, float Score)[] Search(WeightTable table, float[] query, int k)
    {
        var (ids, scores, found) = (new long[k], new float[k], new int[1]);
        TopKSearch.Run(table.Ranked, query, 0, k, ids, scores, found, default, 1);
        return [.. ids.Zip(scores).Take(found[0])];
    }
}
