using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

/// <summary>It does what a dictionary does, whatever order ids come in, and pays for all that it takes.</summary>
public class OrderedIdsTests : LeakChecked
{
    [Test]
    public void It_equals_a_dictionary([Values(20, 3000, 40_000)] int most, [Values(1ul, 0x9E3779B97F4A7C15)] ulong step)
    {
        var (account, random, model) = (new MemoryAccount(long.MaxValue), new Random(3), new Dictionary<ulong, int>());
        using var ids = new OrderedIds(account);
        // It fills up, stays full for a while, and is emptied.
        for (var i = 0; i < 8 * most; i++)
        {
            var id = (ulong)random.Next(most) * step;
            var adds = i < 2 * most || (i < 4 * most && random.Next(2) == 0);
            if (adds && model.TryAdd(id, i)) ids.Add(id, i);
            else if (adds)
            {
                ids.Set(id, i);
                model[id] = i;
            }
            else Assert.That(ids.Remove(id), Is.EqualTo(model.Remove(id)));
            if (i % (most / 4) == 0) AssertEqual(ids, model, most, step);
            if (ids.Bytes != account.Bytes) Assert.That(ids.Bytes, Is.EqualTo(account.Bytes));
        }
        foreach (var id in model.Keys.ToArray()) Assert.That(ids.Remove(id) && model.Remove(id), Is.True);
        AssertEqual(ids, model, most, step);
        Assert.That((account.Bytes, ids.Find(0), ids.Remove(0)), Is.EqualTo((0L, OrderedIds.NotFound, false)));
    }

    [TestCase(0, 24)]
    [TestCase(-1, 24.5)]
    [TestCase(1, 12.5)]
    public void Ids_that_come_in_any_order_take_few_bytes_each(int order, double most)
    {
        using var ids = new OrderedIds(new MemoryAccount(long.MaxValue));
        for (var i = 0; i < 100_000; i++)
        {
            ids.Add(order == 0 ? (ulong)i * 0x9E3779B97F4A7C15 : (ulong)(200_000 + order * i), i);
            if (i >= 10_000 && ids.Bytes > most * i) Assert.Fail($"{ids.Bytes} bytes for {i + 1} ids");
        }
        // Every fourth stays.
        for (var i = 0; i < 100_000; i++)
        {
            if (i % 4 > 0) ids.Remove(order == 0 ? (ulong)i * 0x9E3779B97F4A7C15 : (ulong)(200_000 + order * i));
        }
        Assert.That(ids.Bytes / 25_000.0, Is.LessThan(28));
    }

    [Test]
    public void Where_there_is_no_memory_nothing_changes()
    {
        var (account, model, failures) = (new MemoryAccount(long.MaxValue), new Dictionary<ulong, int>(), 0);
        using var ids = new OrderedIds(account);
        account.OnAllocate = _ =>
        {
            if (failures++ % 2 == 0) throw new InsufficientMemoryException("on purpose");
        };
        for (var i = 0; i < 3000; i++)
        {
            var id = (ulong)i * 0x9E3779B97F4A7C15;
            try
            {
                ids.Add(id, i);
                model.Add(id, i);
            }
            catch (InsufficientMemoryException)
            {
                AssertEqual(ids, model, 3000, 0x9E3779B97F4A7C15);
            }
        }
        Assert.That(failures, Is.GreaterThan(10));
    }

    private static void AssertEqual(OrderedIds ids, Dictionary<ulong, int> model, int most, ulong step)
    {
        Assert.That(ids.Count, Is.EqualTo(model.Count));
        for (var i = 0; i < most; i++)
        {
            var (found, expected) = (ids.Find((ulong)i * step), model.GetValueOrDefault((ulong)i * step, OrderedIds.NotFound));
            if (found != expected) Assert.That(found, Is.EqualTo(expected), $"id {i}");
        }
    }
}
