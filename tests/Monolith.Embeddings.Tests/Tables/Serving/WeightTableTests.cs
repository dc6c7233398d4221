using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Serving;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Serving;

public class WeightTableTests : LeakChecked
{
    [Test]
    public void What_was_set_last_is_read_and_absent_ids_read_zeros(
        [Values(1, 8)] int stripes, [Values(RowFormat.Float32, RowFormat.Float16, RowFormat.Int8)] RowFormat format)
    {
        var encoding = new WeightEncoding([1, 5], format);
        using var table = Create(encoding, stripes: stripes);
        var (random, model) = (new Random(7), new Dictionary<long, float[]>());
        for (var round = 0; round < 60; round++)
        {
            long[] ids = [.. Enumerable.Range(0, random.Next(400)).Select(_ => (long)random.Next(600) * 0x0123456789ABCDEF)];
            if (round % 3 == 2)
            {
                Assert.That(table.Remove(ids), Is.EqualTo(ids.Count(model.Remove)));
                table.TrimExcess();
            }
            else
            {
                var weights = ids.SelectMany(_ => Enumerable.Range(0, 6).Select(_ => random.NextSingle() - 0.5f)).ToArray();
                Assert.That(table.Set(ids, weights), Is.EqualTo(ids.Length));
                for (var i = 0; i < ids.Length; i++) model[ids[i]] = Decoded(encoding, weights.AsSpan(i * 6, 6));
            }
            AssertHolds(table, model, [.. Enumerable.Range(-3, 606).Select(i => i * 0x0123456789ABCDEF)]);
        }
    }

    [Test]
    public void Any_id_is_legal()
    {
        using var table = Create(new WeightEncoding([1], RowFormat.Float32));
        // Among them those whose mixed ids are what empty places hold.
        long[] ids = [0, -1, long.MinValue, long.MaxValue,
            .. new ulong[] { 0, ulong.MaxValue, 1, 1ul << 63 }.Select(mixed => unchecked((long)KeyMixer.Unmix(mixed)))];
        ids = [.. ids.Distinct()];
        Assert.That(table.Lookup(ids, new float[ids.Length]), Is.Zero);
        table.Set(ids, [.. ids.Select((_, i) => i + 1f)]);
        var read = new float[ids.Length];
        Assert.That(table.Lookup(ids, read), Is.EqualTo(ids.Length));
        Assert.That(read, Is.EqualTo(ids.Select((_, i) => i + 1f)));
    }

    [Test]
    public void Weights_that_do_not_fit_leave_the_row_as_it_was()
    {
        using var table = Create(new WeightEncoding([2], RowFormat.Float16));
        Assert.That(table.Set([5, 6], [1, 2, 3, 4]), Is.EqualTo(2));
        Assert.That(table.Set([5, 7, 6], [1e6f, 0, 0, -1e6f, 9, 9]), Is.EqualTo(1));
        AssertHolds(table, new() { [5] = [1, 2], [6] = [9, 9] }, [5, 6, 7]);
    }

    [TestCase(RowFormat.Float16, 16, 52)]
    [TestCase(RowFormat.Int8, 16, 40)]
    public void A_table_that_was_sized_for_its_rows_takes_few_bytes_a_row(RowFormat format, int dimension, double most)
    {
        const int count = 300_000;
        var account = new MemoryAccount(long.MaxValue);
        using var table = Create(new WeightEncoding([dimension], format), count, account: account);
        long[] ids = [.. Enumerable.Range(0, count)];
        Assert.That(table.Set(ids, new float[count * dimension]), Is.EqualTo(count));
        Assert.That(account.Bytes / (double)table.Count, Is.LessThan(most));
        Assert.That(table.Bytes, Is.EqualTo(account.Bytes));
    }

    [Test]
    public void A_batch_allocates_nothing_in_steady_state()
    {
        using var table = Create(new WeightEncoding([1, 16], RowFormat.Int8), 4096);
        long[] ids = [.. Enumerable.Range(0, 4096)];
        var weights = new float[ids.Length * table.Dimension];
        table.Set(ids, weights);
        var allocated = 0L;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                table.Lookup(ids, weights);
                table.Set(ids, weights);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void The_limit_is_kept_and_every_row_stays_whole()
    {
        using var table = Create(new WeightEncoding([4], RowFormat.Float32), account: new MemoryAccount(100_000));
        long[] ids = [.. Enumerable.Range(0, 10_000)];
        var weights = ids.SelectMany(id => new float[] { id, id, id, id }).ToArray();
        Assert.That(() => table.Set(ids, weights), Throws.InstanceOf<OutOfMemoryException>());
        var read = new float[weights.Length];
        Assert.That(table.Lookup(ids, read), Is.EqualTo(table.Count).And.GreaterThan(100));
        foreach (var id in ids) Assert.That(read.AsSpan((int)id * 4, 4).ToArray(), Is.All.EqualTo((float)id).Or.All.EqualTo(0f));
    }

    [Test]
    public void Memory_that_has_no_room_for_a_smaller_copy_is_given_back_later()
    {
        var account = new MemoryAccount(long.MaxValue);
        using var table = Create(new WeightEncoding([1], RowFormat.Float32), account: account);
        long[] ids = [.. Enumerable.Range(0, 20_000)];
        table.Set(ids, [.. ids.Select(id => (float)id)]);
        table.Remove(ids.AsSpan(100));
        var bytes = new List<long> { table.Bytes };
        // Of four stripes, first none has room, then one has not.
        foreach (var refusals in new[] { 4, 1, 0 })
        {
            var left = refusals;
            account.OnAllocate = _ => { if (left-- > 0) throw new InsufficientMemoryException(); };
            table.TrimExcess();
            bytes.Add(table.Bytes);
            AssertHolds(table, ids[..100].ToDictionary(id => id, id => new float[] { id }), ids);
        }
        Assert.That(bytes[1], Is.EqualTo(bytes[0]));
        Assert.That(bytes[2], Is.LessThan(bytes[0] / 2));
        Assert.That(bytes[3], Is.LessThan(bytes[2] / 2));
        Assert.That(account.Bytes, Is.EqualTo(table.Bytes));
    }

    [Test]
    public void A_table_that_cannot_be_made_leaves_nothing() =>
        Assert.That(() => Create(new WeightEncoding([16], RowFormat.Float32), 100_000, account: new MemoryAccount(5_000_000)),
            Throws.InstanceOf<OutOfMemoryException>());

    [Test]
    public void Arguments_of_wrong_lengths_change_nothing()
    {
        using var table = Create(new WeightEncoding([2], RowFormat.Float32));
        Assert.That(() => table.Set([1, 2], new float[3]), Throws.ArgumentException.With.Message.Contains("need 4 floats"));
        Assert.That(() => table.Lookup([1, 2], new float[5]), Throws.ArgumentException.With.Message.Contains("holds 5"));
        Assert.That(table.Count, Is.Zero);
    }

    // Rows hold one number each, everywhere; those beyond the first come and go, so that rows are displaced and the table grows and
    // shrinks.
    [Test]
    public void No_row_is_ever_read_torn_or_missing([Values(RowFormat.Float32, RowFormat.Int8)] RowFormat format)
    {
        using var table = Create(new WeightEncoding([24], format), stripes: 2);
        long[] kept = [.. Enumerable.Range(0, 500)], passing = [.. Enumerable.Range(500, 4000)];
        table.Set(kept, Rows(kept, 1));
        Crowd.RunUntilDone(
            [
                () =>
                {
                    for (var value = 2; value < 120; value++)
                    {
                        table.Set(kept, Rows(kept, value));
                        if (value % 2 == 0) table.Set(passing, Rows(passing, value));
                        else table.Remove(passing);
                        table.TrimExcess();
                    }
                },
            ],
            [new WeightReader(table, kept).Step, new WeightReader(table, kept).Step]);
    }

    internal static float[] Rows(long[] ids, float value) => [.. Enumerable.Repeat(value, ids.Length * 24)];

    private static WeightTable Create(WeightEncoding encoding, long rows = 0, int stripes = 4, MemoryAccount? account = null) =>
        new("t", encoding, rows, account ?? new MemoryAccount(long.MaxValue), stripes);

    private static float[] Decoded(WeightEncoding encoding, ReadOnlySpan<float> weights)
    {
        var (row, decoded) = (new byte[encoding.RowBytes], new float[weights.Length]);
        Assert.That(encoding.TryEncode(weights, row), Is.True);
        encoding.Decode(row, decoded);
        return decoded;
    }

    private static void AssertHolds(WeightTable table, Dictionary<long, float[]> model, long[] ids)
    {
        var read = new float[ids.Length * table.Dimension];
        Array.Fill(read, float.NaN);
        Assert.That(table.Lookup(ids, read), Is.EqualTo(ids.Count(model.ContainsKey)));
        Assert.That(table.Count, Is.EqualTo(model.Count));
        var expected = ids.SelectMany(id => model.GetValueOrDefault(id) ?? new float[table.Dimension]).ToArray();
        Assert.That(Bits.Of(read), Is.EqualTo(Bits.Of(expected)));
    }

    /// <summary>Reads rows whose numbers are equal and never go down.</summary>
    private sealed class WeightReader(WeightTable table, long[] ids)
    {
        private readonly float[] _read = new float[ids.Length * table.Dimension];
        private readonly float[] _newest = new float[ids.Length];

        public void Step()
        {
            if (table.Lookup(ids, _read) != ids.Length) throw new InvalidOperationException("A row was missing.");
            for (var i = 0; i < ids.Length; i++)
            {
                var row = _read.AsSpan(i * table.Dimension, table.Dimension);
                if (row.ContainsAnyExcept(row[0]))
                    throw new InvalidOperationException($"Row {i} was torn: {string.Join(' ', row.ToArray())}.");
                if (row[0] < _newest[i]) throw new InvalidOperationException($"Row {i} went back from {_newest[i]} to {row[0]}.");
                _newest[i] = row[0];
            }
        }
    }
}
