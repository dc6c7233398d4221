using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>
/// Rows of a replica whose keys were chosen to collide: they cost what the account pays, and stay right where it has no more.
/// </summary>
public class OverflowRowsTests : LeakChecked
{
    private const int RowBytes = 12;

    [Test]
    public void Rows_that_overflow_are_accounted_and_equal_a_dictionary()
    {
        var (account, random, model) = (new MemoryAccount(long.MaxValue), new Random(4), new Dictionary<ulong, byte>());
        using var rows = Create(account);
        for (var i = 0; i < 20_000; i++)
        {
            var key = Colliding(random.Next(3000));
            if (random.Next(3) == 0) Assert.That(rows.Remove(key), Is.EqualTo(model.Remove(key)));
            else if (model.TryAdd(key, (byte)i)) rows.Add(key).Fill((byte)i);
            if (random.Next(500) == 0) rows.TrimExcess();
            if (i % 1000 == 0) AssertEqual(rows, model);
        }
        AssertEqual(rows, model);
        Assert.That(rows.OverflowCount, Is.GreaterThan(1000));
        Assert.That(rows.Bytes, Is.EqualTo(account.Bytes).And.GreaterThan(rows.OverflowCount * RowBytes));
        foreach (var key in model.Keys.ToArray()) Assert.That(rows.Remove(key) && model.Remove(key), Is.True);
        AssertEqual(rows, model);
    }

    [Test]
    public void Where_there_is_no_memory_rows_stay_whole_and_nothing_is_added()
    {
        var (account, model, allocations, failures) = (new MemoryAccount(long.MaxValue), new Dictionary<ulong, byte>(), 0, 0);
        using var rows = Create(account);
        account.OnAllocate = _ =>
        {
            if (++allocations % 4 == 0) throw new InsufficientMemoryException("on purpose");
        };
        for (var i = 0; i < 4000; i++)
        {
            // Others among them let the buckets grow, so that what has overflowed moves.
            var key = i % 3 == 0 ? (ulong)i * 0x9E3779B97F4A7C15 : Colliding(i);
            try
            {
                rows.Add(key).Fill((byte)i);
                model.Add(key, (byte)i);
            }
            catch (InsufficientMemoryException)
            {
                failures++;
                AssertEqual(rows, model);
            }
        }
        AssertEqual(rows, model);
        Assert.That(failures, Is.GreaterThan(5));
    }

    private static CuckooRows Create(MemoryAccount account) => new(RowBytes, account, new Reclaimer(), new IndexSizes(0, 0.9), 0);

    // The lowest 54 bits choose both buckets.
    private static ulong Colliding(int number) => (ulong)number << 54 | (ulong)number >> 10;

    private static void AssertEqual(CuckooRows rows, Dictionary<ulong, byte> model)
    {
        Assert.That(rows.Count, Is.EqualTo(model.Count));
        foreach (var (key, value) in model)
        {
            if (!rows.TryFind(key, -1, out var row) || row.ContainsAnyExcept(value)) Assert.Fail($"key {key:x16}");
        }
    }
}
