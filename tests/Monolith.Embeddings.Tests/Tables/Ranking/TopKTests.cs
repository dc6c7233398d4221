using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Ranking;

/// <summary>The search over a table that learns, against sorting all rows.</summary>
public class TopKTests : LeakChecked
{
    [Test]
    public void It_finds_what_sorting_all_rows_finds(
        [Values(1, 3, 15, 16, 17, 31, 40)] int dimension, [Values(1, 4, 64)] int stripes, [Values] RowPrecision precision)
    {
        using var table = TestTable.Create(TestTable.Plain(stripes, dimension, o => o.Segments[0].Precision = precision));
        var random = new Random(dimension * 100 + stripes);
        // Few distinct weights, so that many scores are equal.
        var rows = Fill(table, 3000, _ => random.Next(-2, 3) * 0.25f);
        for (var round = 0; round < 6; round++)
        {
            var query = Query(random, dimension);
            var k = new[] { 1, 2, 20, 500, 3000, 4000 }[round];
            Assert.That(TopKOracle.Search(table, query, k), Is.EqualTo(TopKOracle.Best(rows, query, k)), $"k {k}");
        }
    }

    [Test]
    public void Several_threads_find_the_same()
    {
        using var table = TestTable.Create(TestTable.Plain(16, 17));
        var random = new Random(5);
        var rows = Fill(table, 70_000, _ => random.Next(-9, 10) * 0.125f);
        var query = Query(random, 17);
        var expected = TopKOracle.Best(rows, query, 50, id => id % 3 != 0);
        foreach (var threads in new[] { 1, 2, 4, -1 })
            Assert.That(TopKOracle.Search(table, query, 50, new() { Where = id => id % 3 != 0 }, threads), Is.EqualTo(expected));
    }

    [Test]
    public void Equal_scores_come_by_the_lower_signed_id()
    {
        using var table = TestTable.Create(TestTable.Plain(8, 2));
        long[] ids = [5, -1, long.MinValue, long.MaxValue, 0, -7, 3];
        table.Assign(ids, [.. ids.SelectMany(_ => new[] { 1f, 2f })], At.Seconds(0));
        Assert.That(TopKOracle.Search(table, [1, 1], 5).Select(found => found.Id), Is.EqualTo(new[] { long.MinValue, -7, -1, 0, 3 }));
        Assert.That(TopKOracle.Search(table, [0, 0], 7).Select(found => found.Id), Is.EqualTo(ids.Order()));
    }

    [Test]
    public void A_filter_narrows_down_what_may_be_found([Values(1, 2)] int threads)
    {
        using var table = TestTable.Create(TestTable.Plain(4, 5));
        var random = new Random(9);
        var rows = Fill(table, 40_000, _ => random.NextSingle() - 0.5f);
        var query = Query(random, 5);
        long[] all = [.. rows.Keys], except = [.. all.Where(_ => random.Next(2) == 0), 12345], only = [.. all.Take(300), 54321, all[0]];
        var (out_, in_) = (except.ToHashSet(), only.ToHashSet());
        Assert.That(TopKOracle.Search(table, query, 30, new() { Except = except }, threads),
            Is.EqualTo(TopKOracle.Best(rows, query, 30, id => !out_.Contains(id))));
        Assert.That(TopKOracle.Search(table, query, 400, new() { Only = only }, threads),
            Is.EqualTo(TopKOracle.Best(rows, query, 400, in_.Contains)));
        Assert.That(TopKOracle.Search(table, query, 30, new() { Except = except, Only = only, Where = id => id % 2 == 0 }, threads),
            Is.EqualTo(TopKOracle.Best(rows, query, 30, id => !out_.Contains(id) && in_.Contains(id) && id % 2 == 0)));
        Assert.That(TopKOracle.Search(table, query, 30, new() { Only = [] }, threads), Is.Empty);
        // The next search forgets the filter of this one.
        Assert.That(TopKOracle.Search(table, query, 30, default, threads), Is.EqualTo(TopKOracle.Best(rows, query, 30)));
    }

    [Test]
    public void A_batch_finds_what_single_searches_find()
    {
        using var table = TestTable.Create(TestTable.Plain(4, 17));
        var random = new Random(3);
        var rows = Fill(table, 5000, _ => random.Next(-3, 4) * 0.5f);
        const int n = 7, k = 12;
        float[][] queries = [.. Enumerable.Range(0, n).Select(_ => Query(random, 17))];
        long[][] seen = [.. Enumerable.Range(0, n).Select(i => rows.Keys.Where(_ => random.Next(n) < i).ToArray())];
        var offsets = new int[n + 1];
        for (var i = 0; i < n; i++) offsets[i + 1] = offsets[i] + seen[i].Length;
        var (ids, scores, found) = (new long[n * k], new float[n * k], new int[n]);
        var filter = new TopKFilter { Except = seen.SelectMany(s => s).ToArray(), ExceptOffsets = offsets };
        var result = table.TopK(queries.SelectMany(q => q).ToArray(), k, ids, scores, found, filter);
        Assert.That((result.Count, result.Rows), Is.EqualTo((found.Sum(), 5000L)));
        for (var i = 0; i < n; i++)
        {
            var set = seen[i].ToHashSet();
            Assert.That(ids.Skip(i * k).Zip(scores.Skip(i * k)).Take(found[i]),
                Is.EqualTo(TopKOracle.Best(rows, queries[i], k, id => !set.Contains(id))), $"query {i}");
        }
    }

    [Test]
    public void Scores_that_are_not_finite_are_left_out_and_counted()
    {
        using var table = TestTable.Create(TestTable.Plain(2, 2));
        table.Assign([1, 2, 3, 4], [1, 0, 3e38f, 3e38f, -3e38f, -3e38f, 2, 0], At.Seconds(0));
        var (ids, scores) = (new long[4], new float[4]);
        // The best is found first, so that an infinity below it must be seen too.
        foreach (var k in new[] { 4, 1 })
        {
            var result = table.TopK([2, 2], ids.AsSpan(0, k), scores.AsSpan(0, k));
            Assert.That((result.Count, result.Rows, result.NonFiniteRows), Is.EqualTo((Math.Min(k, 2), 4L, 2L)));
            Assert.That((ids[0], scores[0]), Is.EqualTo((4L, 4f)));
        }
        // Where others have set a threshold before it is met: rows are passed from the last one down.
        using var large = TestTable.Create(TestTable.Plain(1, 2));
        large.Assign([-1], [-3e38f, -3e38f], At.Seconds(0));
        Fill(large, 20_000, i => i % 7);
        Assert.That(large.TopK([2, 2], ids, scores).NonFiniteRows, Is.EqualTo(1));
        var none = table.TopK([float.NaN, 0], ids, scores);
        Assert.That((none.Count, none.NonFiniteRows), Is.EqualTo((0, 4L)));
    }

    [Test]
    public void Few_rows_and_none_are_no_failure()
    {
        using var table = TestTable.Create(TestTable.Plain(4, 2));
        long[] ids = [9, 9, 9];
        float[] scores = [8, 8, 8];
        Assert.That(table.TopK([1, 1], ids, scores).Count, Is.Zero);
        table.Assign([7], [1, 2], At.Seconds(0));
        Assert.That(table.TopK([1, 1], ids, scores).Count, Is.EqualTo(1));
        Assert.That((ids, scores), Is.EqualTo((new long[] { 7, 9, 9 }, new float[] { 3, 8, 8 })));
        Assert.That(table.TopK([1, 1], [], []).Count, Is.Zero);
    }

    [Test]
    public void Rows_that_an_eviction_has_yet_to_reclaim_are_not_found()
    {
        using var table = TestTable.Create(
            TestTable.Plain(4, 2, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        table.Assign([1, 2], [1, 1, 2, 2], At.Seconds(50));
        table.Assign([3, 4], [3, 3, 4, 4], At.Seconds(105));
        table.ConfirmEventTime(110);
        table.BeginPass();
        Assert.That(TopKOracle.Search(table, [1, 1], 4).Select(found => found.Id), Is.EqualTo(new long[] { 4, 3 }));
    }

    [Test]
    public void Arguments_that_do_not_fit_change_nothing()
    {
        using var table = TestTable.Create(TestTable.Plain(4, 2));
        table.Assign([1], [1, 1], At.Seconds(0));
        var (ids, scores) = (new long[2], new float[2]);
        Assert.That(() => table.TopK([1], ids, scores), Throws.ArgumentException.With.Message.Contains("dimension 2 are 2 floats"));
        Assert.That(() => table.TopK([1, 1], ids, scores.AsSpan(1)), Throws.ArgumentException.With.Message.Contains("1 scores"));
        Assert.That(() => table.TopK([1, 1], ids, scores, maxDegreeOfParallelism: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => table.TopK([1, 1], -1, ids, scores, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => table.TopK([1, 1], ids, scores, new() { Except = ids, ExceptOffsets = [0, 1] }),
            Throws.ArgumentException.With.Message.Contains("2 offsets for 1 queries"));
        Assert.That(ids.Concat(scores.Select(s => (long)s)), Is.All.Zero);
        table.Dispose();
        Assert.That(() => table.TopK([1, 1], ids, scores), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_filter_that_throws_ends_the_search_and_harms_nothing([Values(1, 4)] int threads)
    {
        using var table = TestTable.Create(TestTable.Plain(4, 2));
        var rows = Fill(table, 70_000, i => i % 17);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(() => TopKOracle.Search(table, [1, 1], 5, new() { Where = _ => throw new TimeoutException() }, threads),
                Throws.InstanceOf<TimeoutException>());
        }
        // A filter may use the table: no lock is held.
        Assert.That(TopKOracle.Search(table, [1, 1], 5, new() { Where = id => table.Lookup(id, new float[2]) }, threads),
            Is.EqualTo(TopKOracle.Best(rows, [1, 1], 5)));
        table.Remove([.. rows.Keys]);
        Assert.That(table.Count, Is.Zero);
    }

    [Test]
    public void Nothing_is_allocated_in_steady_state()
    {
        using var table = TestTable.Create(TestTable.Plain(8, 17));
        var rows = Fill(table, 3000, i => i % 13);
        var (query, seen) = (new float[17], rows.Keys.Take(200).ToArray());
        var (ids, scores) = (new long[100], new float[100]);
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++) table.TopK(query, ids, scores, new() { Except = seen });
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    // All weights of a row are equal, so that a torn one has a score that no row ever has; rows that stay are always found.
    [Test]
    public void Beside_threads_that_write_no_row_is_torn_missing_or_met_twice([Values(1, 2)] int threads)
    {
        using var table = TestTable.Create(TestTable.Plain(2, 24));
        long[] kept = [.. Enumerable.Range(0, 20_000)], passing = [.. Enumerable.Range(20_000, 20_000)];
        table.Assign(kept, Rows(kept, 1), At.Seconds(0));
        Crowd.RunUntilDone(
            [
                () =>
                {
                    for (var value = 2; value < 40; value++)
                    {
                        table.Assign(kept, Rows(kept, value), At.Seconds(0));
                        if (value % 2 == 0) table.Assign(passing, Rows(passing, value), At.Seconds(0));
                        else table.Remove(passing);
                    }
                },
            ],
            [new Searcher(table, kept.Length, threads).Step]);
    }

    internal static float[] Rows(long[] ids, float value) => [.. Enumerable.Repeat(value, ids.Length * 24)];

    internal static float[] Query(Random random, int dimension) =>
        [.. Enumerable.Range(0, dimension).Select(_ => random.Next(-4, 5) * 0.5f)];

    internal static Dictionary<long, float[]> Fill(EmbeddingTable table, int count, Func<int, float> weight)
    {
        long[] ids = [.. Enumerable.Range(0, count).Select(i => i * 0x0123456789ABCDEF)];
        float[] weights = [.. Enumerable.Range(0, count * table.Dimension).Select(weight)];
        table.Assign(ids, weights, At.Seconds(0));
        // As the table holds them.
        table.Lookup(ids, weights);
        return ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => weights[(p.i * table.Dimension)..((p.i + 1) * table.Dimension)]);
    }

    private sealed class Searcher(EmbeddingTable table, int kept, int threads)
    {
        private readonly float[] _query = [.. Enumerable.Repeat(1f, 24)];
        private readonly long[] _ids = new long[50_000];
        private readonly float[] _scores = new float[50_000];

        public void Step()
        {
            var found = table.TopK(_query, _ids, _scores, default, threads).Count;
            var ids = _ids.AsSpan(0, found).ToArray();
            if (ids.Count(id => id < kept) != kept) throw new InvalidOperationException("A row was missing.");
            if (ids.Distinct().Count() != found) throw new InvalidOperationException("A row was met twice.");
            if (_scores.Take(found).Any(score => score % 24 != 0)) throw new InvalidOperationException("A row was torn.");
        }
    }
}
