using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Rows;

public class RowStoreTests : LeakChecked
{
    [TestCase(1, 0, 4096)]
    [TestCase(8, 8, 4096)]
    [TestCase(3, 0, 65536)]
    [TestCase(2000, 2000, 4096, Description = "a row larger than a chunk")]
    [TestCase(16, 16, 1)]
    public void Equals_a_list_under_random_changes(int dimension, int state, long chunkBytes)
    {
        var account = new MemoryAccount(1L << 30);
        var layout = new RowLayout([(dimension, state)]);
        var random = new Random(dimension + state);
        var oracle = new List<(long Key, float Mark)>();
        using (var rows = new RowStore(layout, new PagePool(account, sharesPages: false), chunkBytes))
        {
            for (var i = 0; i < 6000; i++)
            {
                // Phases of growing and shrinking, so that chunks come and go.
                var isGrowing = i / 1000 % 2 == 0;
                if (oracle.Count == 0 || random.Next(10) < (isGrowing ? 8 : 2)) Add(rows, oracle, layout, random);
                else RemoveAt(rows, oracle, random.Next(oracle.Count));
                if (random.Next(50) == 0) rows.TrimExcess();
                if (random.Next(100) == 0) AssertEqual(rows, oracle, layout);
                Assert.That(rows.Capacity, Is.GreaterThanOrEqualTo(rows.Count));
            }
            AssertEqual(rows, oracle, layout);
            Assert.That(account.Bytes, Is.GreaterThanOrEqualTo((long)rows.Count * layout.RowBytes));
        }
        Assert.That(account.Bytes, Is.Zero);
    }

    [Test]
    public void Capacity_that_was_reserved_needs_no_other_allocation()
    {
        var account = new MemoryAccount(1L << 30);
        using var rows = new RowStore(new RowLayout([(7, 5)]), new PagePool(account, sharesPages: false), 1 << 16);
        foreach (var capacity in new[] { 1, 50, 51, 1000, 5000, 5001 })
        {
            rows.Reserve(capacity);
            Assert.That(rows.Capacity, Is.GreaterThanOrEqualTo(capacity));
            var bytes = account.Bytes;
            while (rows.Count < capacity) rows.Add(rows.Count);
            Assert.That(account.Bytes, Is.EqualTo(bytes));
        }
    }

    [Test]
    public void Trimming_gives_memory_back_and_keeps_the_rows()
    {
        var account = new MemoryAccount(1L << 30);
        var layout = new RowLayout([(16, 16)]);
        using var rows = new RowStore(layout, new PagePool(account, sharesPages: false), 1 << 16);
        for (var i = 0; i < 50_000; i++) rows.Add(i);
        var full = account.Bytes;
        rows.Truncate(100);
        rows.TrimExcess();
        Assert.That(account.Bytes, Is.LessThan(full / 50));
        for (var i = 0; i < 100; i++) Assert.That(rows[i].Key, Is.EqualTo(i));
        rows.Truncate(0);
        rows.TrimExcess();
        Assert.That(account.Bytes, Is.LessThanOrEqualTo(8192));
        rows.Add(5);
        Assert.That(rows[0].Key, Is.EqualTo(5));
    }

    [Test]
    public void Trimming_at_once_after_growing_over_a_chunk_boundary_does_not_swing()
    {
        var account = new MemoryAccount(1L << 30);
        using var rows = new RowStore(new RowLayout([(16, 16)]), new PagePool(account, sharesPages: false), 1 << 16);
        while (rows.Count < 3 * rows.Capacity / 4 || account.Bytes < 1 << 17) rows.Add(rows.Count);
        while (rows.Count < rows.Capacity) rows.Add(rows.Count);
        rows.Add(1);
        var bytes = account.Bytes;
        rows.TrimExcess();
        Assert.That(account.Bytes, Is.LessThanOrEqualTo(bytes));
        rows.Truncate(rows.Count - 1);
        rows.TrimExcess();
        var capacity = rows.Capacity;
        rows.Add(2);
        Assert.That(rows.Capacity, Is.EqualTo(capacity), "the slack of a quarter of a chunk");
    }

    [Test]
    public void A_refused_allocation_leaves_the_rows()
    {
        var account = new MemoryAccount(40_000);
        using var rows = new RowStore(new RowLayout([(16, 16)]), new PagePool(account, sharesPages: false), 4096);
        Assert.That(() =>
        {
            while (true) rows.Add(rows.Count);
        }, Throws.InstanceOf<OutOfMemoryException>());
        Assert.That(rows.Count, Is.InRange(150, 280));
        for (var i = 0; i < rows.Count; i++) Assert.That(rows[i].Key, Is.EqualTo(i));
        Assert.That(account.Bytes, Is.LessThanOrEqualTo(40_000));
    }

    private static void Add(RowStore rows, List<(long Key, float Mark)> oracle, RowLayout layout, Random random)
    {
        var (key, mark) = (random.NextInt64(), random.NextSingle());
        Assert.That(rows.Add(key), Is.EqualTo(oracle.Count));
        rows[oracle.Count].PlainWeights(layout).Fill(mark);
        rows[oracle.Count].State(in layout.Segments[0]).Fill(-mark);
        oracle.Add((key, mark));
    }

    private static void RemoveAt(RowStore rows, List<(long Key, float Mark)> oracle, int handle)
    {
        rows.Copy(rows.Count - 1, handle);
        rows.Truncate(rows.Count - 1);
        oracle[handle] = oracle[^1];
        oracle.RemoveAt(oracle.Count - 1);
    }

    private static void AssertEqual(RowStore rows, List<(long Key, float Mark)> oracle, RowLayout layout)
    {
        Assert.That(rows.Count, Is.EqualTo(oracle.Count));
        for (var i = 0; i < oracle.Count; i++)
        {
            var row = rows[i];
            var (key, mark) = oracle[i];
            var isWhole = row.Key == key
                && !row.PlainWeights(layout).ContainsAnyExcept(mark) && !row.State(in layout.Segments[0]).ContainsAnyExcept(-mark);
            Assert.That(isWhole, Is.True, $"row {i}");
        }
    }
}
