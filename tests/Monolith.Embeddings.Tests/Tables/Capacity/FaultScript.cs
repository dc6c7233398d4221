using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Capacity;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>Does the same things to a table and to a dictionary, while one chosen allocation fails, and compares them afterwards.</summary>
internal sealed class FaultScript(int stripes, int fault)
{
    private const int Dimension = 8, Batch = 400;

    private readonly Dictionary<long, float[]> _model = [];
    private int _allocations;
    private int _step;

    /// <summary>Runs; answers whether the allocation came.</summary>
    public bool Run()
    {
        var options = TestTable.Plain(stripes, Dimension, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10)));
        options.InitialCapacity = 200;
        var memory = new TableMemory(new TableSchema([options]), new() { MemoryLimitBytes = 1 << 23 });
        memory.Account.OnAllocate = _ =>
        {
            if (++_allocations == fault) throw new InsufficientMemoryException("on purpose");
        };
        if (TryCreate(options, memory) is { } table)
        {
            using (table) RunOn(table);
        }
        Assert.That((memory.Account.Bytes, memory.Budget.Used), Is.EqualTo((0L, 0L)), $"allocation {fault}: what is left at the end");
        return _allocations >= fault;
    }

    private static EmbeddingTable? TryCreate(EmbeddingTableOptions options, TableMemory memory)
    {
        try
        {
            return new EmbeddingTable(options, new() { Seed = 1 }, memory, null);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private void RunOn(EmbeddingTable table)
    {
        for (var start = 0; start < 4000; start += Batch)
        {
            Write(table, start, (ids, values) => table.Assign(ids, values, At.Seconds(100)), (_, value) => value);
            Write(table, start + Batch / 2, (ids, values) => table.AssignAdd(ids, values, At.Seconds(100)), (old, value) =>
                [.. old.Zip(value, (o, v) => o + v)]);
            Write(table, start + Batch, (ids, values) => table.ApplyGradients(ids, values, [], At.Seconds(100)), (old, value) =>
                [.. old.Zip(value, (o, v) => o - v)]);
            Remove(table, start, Batch / 4);
            AssertEqual(table);
        }
        Remove(table, 1000, 2500);
        AssertEqual(table);
        Clear(table);
        Write(table, 0, (ids, values) => table.Assign(ids, values, At.Seconds(100)), (_, value) => value);
        Write(table, 5000, (ids, values) => table.Assign(ids, values, At.Seconds(110)), (_, value) => value);
        Assert.That(table.Evict(), Is.EqualTo(_model.Keys.Count(id => id < 5000)));
        foreach (var id in _model.Keys.Where(id => id < 5000).ToArray()) _model.Remove(id);
        AssertEqual(table);
    }

    // Whole numbers, so that sums are exact, and other ones at each step, so that what was written can be told from what was there.
    private float[] Value(long id) => [.. Enumerable.Range(0, Dimension).Select(e => (float)(1 + _step + (id + e) % 97))];

    private void Write(EmbeddingTable table, long start, Func<long[], float[], int> write, Func<float[], float[], float[]> after)
    {
        _step += 100;
        long[] ids = TestTable.Range(start, Batch);
        var expected = ids.ToDictionary(id => id, id => after(_model.GetValueOrDefault(id, new float[Dimension]), Value(id)));
        try
        {
            Assert.That(write(ids, [.. ids.SelectMany(Value)]), Is.EqualTo(Batch));
            foreach (var id in ids) _model[id] = expected[id];
        }
        catch (BatchInterruptedException interruption)
        {
            Assert.That(interruption.InnerException, Is.InstanceOf<OutOfMemoryException>());
            Assert.That(TakeOver(table, expected), Is.EqualTo(interruption.Applied), $"allocation {fault}");
        }
    }

    // Which ids a batch had done when it stopped is not defined: each is as after it, or as before, which is compared with all the others.
    private int TakeOver(EmbeddingTable table, Dictionary<long, float[]> expected)
    {
        var done = expected.Where(p => TestTable.Read(table, p.Key).SequenceEqual(p.Value)).ToArray();
        foreach (var (id, values) in done) _model[id] = values;
        AssertEqual(table);
        return done.Length;
    }

    private void Remove(EmbeddingTable table, long start, int count)
    {
        var ids = TestTable.Range(start, count);
        Assert.That(table.Remove(ids), Is.EqualTo(ids.Count(_model.Remove)));
    }

    private void Clear(EmbeddingTable table)
    {
        try
        {
            table.Clear();
        }
        catch (OutOfMemoryException)
        {
            // Some stripes are cleared, the others as they were.
            foreach (var id in _model.Keys.Where(id => !table.Contains(id)).ToArray()) _model.Remove(id);
            AssertEqual(table);
            table.Clear();
        }
        _model.Clear();
        AssertEqual(table);
    }

    private void AssertEqual(EmbeddingTable table)
    {
        long[] ids = [.. _model.Keys];
        Assert.That(table.Count, Is.EqualTo(ids.Length), $"allocation {fault}");
        float[] expected = [.. _model.Values.SelectMany(values => values)];
        var actual = TestTable.Read(table, ids);
        // The constraint is slow, and asked for thousands of rows at each of hundreds of faults.
        if (!actual.AsSpan().SequenceEqual(expected)) Assert.That(actual, Is.EqualTo(expected), $"allocation {fault}");
        var statistics = table.GetStatistics();
        Assert.That(statistics.Created - statistics.Removed - statistics.Expired - statistics.Cleared, Is.EqualTo(ids.Length),
            $"allocation {fault}");
    }
}
