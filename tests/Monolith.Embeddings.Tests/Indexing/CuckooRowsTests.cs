using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Indexing;

public class CuckooRowsTests : LeakChecked
{
    private const int RowBytes = 8;

    // Dense keys share few buckets; keys that differ in their highest bits alone share both; the ends are what empty places hold.
    private static readonly Gen<ulong> AnyKey = Gen.Frequency(
        (4, Gen.Choose(0, 400).Select(i => (ulong)i * 0x9E3779B97F4A7C15)),
        (4, Gen.Choose(0, 60).Select(i => (ulong)i << 58)),
        (1, Gen.Choose(0, 3).Select(i => ulong.MaxValue - (ulong)i)),
        (1, Gen.Choose(0, 3).Select(i => (ulong)i)));

    [Test]
    public void Any_history_equals_that_of_a_dictionary() => RandomSteps.Check(
        AnyKey.SelectMany(key => Gen.Choose(0, 9).Select(verb => (Key: key, Verb: verb))), step => [], tests: 60, longest: 900, steps =>
        {
            using var rows = Create();
            var model = new Dictionary<ulong, long>();
            for (var i = 0; i < steps.Length; i++)
            {
                var (key, verb) = steps[i];
                if (verb == 0) rows.TrimExcess();
                else if (verb < 4) Assert.That(rows.Remove(key), Is.EqualTo(model.Remove(key)));
                else
                {
                    Write(rows, key, i);
                    model[key] = i;
                }
                Assert.That(rows.Count, Is.EqualTo(model.Count));
            }
            AssertHolds(rows, model, steps.Select(step => step.Key));
        });

    [Test]
    public void Rows_fill_the_places_that_were_asked_for_without_growing()
    {
        const int count = 50_000;
        using var rows = Create(count);
        var bytes = rows.Bytes;
        var random = new Random(1);
        var model = new Dictionary<ulong, long>();
        for (var i = 0; i < count; i++) Write(rows, Added(model, (ulong)random.NextInt64(), i), i);
        Assert.That((rows.Bytes, rows.OverflowCount), Is.EqualTo((bytes, 0)));
        Assert.That(bytes / (double)count, Is.LessThan(1.01 * (sizeof(ulong) + RowBytes) / 0.92));
        AssertHolds(rows, model, model.Keys);
    }

    [Test]
    public void Keys_of_the_same_two_buckets_overflow_and_are_found()
    {
        using var rows = Create();
        var model = new Dictionary<ulong, long>();
        for (var i = 0; i < 200; i++) Write(rows, Added(model, (ulong)i << 54, i), i);
        Assert.That(rows.OverflowCount, Is.GreaterThan(100));
        AssertHolds(rows, model, model.Keys);
        foreach (var key in model.Keys) Assert.That(rows.Remove(key), Is.True);
        Assert.That((rows.Count, rows.OverflowCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Memory_comes_back_when_few_rows_are_left()
    {
        using var rows = Create();
        for (var i = 0ul; i < 10_000; i++) Write(rows, i * 0x9E3779B97F4A7C15, (long)i);
        var full = rows.Bytes;
        for (var i = 100ul; i < 10_000; i++) rows.Remove(i * 0x9E3779B97F4A7C15);
        rows.TrimExcess();
        Assert.That(rows.Bytes, Is.LessThan(full / 50));
        AssertHolds(rows, Enumerable.Range(0, 100).ToDictionary(i => (ulong)i * 0x9E3779B97F4A7C15, i => (long)i), []);
    }

    [Test]
    public void Where_memory_runs_out_nothing_changed()
    {
        var account = new MemoryAccount(long.MaxValue);
        using var rows = Create(account: account);
        var model = new Dictionary<ulong, long>();
        for (var i = 0; i < 14; i++) Write(rows, Added(model, (ulong)i * 0x9E3779B97F4A7C15, i), i);
        account.OnAllocate = bytes => throw new InsufficientMemoryException($"{bytes}");
        Assert.That(() => rows.Add(77).Length, Throws.InstanceOf<OutOfMemoryException>());
        AssertHolds(rows, model, [77]);
    }

    private static CuckooRows Create(int capacity = 0, MemoryAccount? account = null) =>
        new(RowBytes, account ?? new MemoryAccount(long.MaxValue), new Reclaimer(), new IndexSizes(0.3, 0.92), capacity);

    private static void Write(CuckooRows rows, ulong key, long value)
    {
        if (!rows.TryFind(key, RowBuckets.LikelyAbsent, out var row)) row = rows.Add(key);
        MemoryMarshal.Write(row, in value);
    }

    private static ulong Added(Dictionary<ulong, long> model, ulong key, long value)
    {
        model[key] = value;
        return key;
    }

    private static void AssertHolds(CuckooRows rows, Dictionary<ulong, long> model, IEnumerable<ulong> keys)
    {
        Assert.That(rows.Count, Is.EqualTo(model.Count));
        // Any guess will do: a stale one costs time alone.
        var guess = 0;
        foreach (var key in keys.Concat(model.Keys))
        {
            var isFound = rows.TryFind(key, guess++ % 64 - 1, out var row);
            Assert.That(isFound, Is.EqualTo(model.TryGetValue(key, out var expected)), $"{key:x}");
            if (isFound) Assert.That(MemoryMarshal.Read<long>(row), Is.EqualTo(expected), $"{key:x}");
        }
    }
}
