using System.Runtime.InteropServices;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Consumer.Tests.Faults.Stores;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Threads;

/// <summary>Input that shares memory with output, or that another thread fills again while a verb reads it.</summary>
public class ChangingInputTests
{
    [Test]
    public void An_output_that_shares_memory_with_an_input_is_refused_or_right()
    {
        var (tried, refused) = (0, 0);
        foreach (var dimension in new[] { 1, 2, 3, 16 })
        {
            foreach (var stripes in new[] { 1, 4, 64 })
            {
                using var table = Table(stripes, dimension, null);
                const int Count = 50;
                var ids = Enumerable.Range(1, Count).Select(id => (long)id).ToArray();
                table.Assign(ids, [.. Enumerable.Range(0, Count * dimension).Select(value => (float)value)], At.Seconds(1));
                for (var shift = 0; shift <= 40; shift += 4)
                {
                    for (var verb = 0; verb < 3; verb++, tried++)
                    {
                        var memory = new byte[Count * 8 + Count * Math.Max(8, dimension * 4) + 64];
                        var input = MemoryMarshal.Cast<byte, long>(memory.AsSpan(16))[..Count];
                        ids.CopyTo(input);
                        try
                        {
                            Check(table, verb, input, memory.AsSpan(shift), Count, dimension);
                        }
                        catch (ArgumentException)
                        {
                            refused++;
                            Assert.That(input.SequenceEqual(ids), Is.True, "a refused call wrote");
                        }
                    }
                }
            }
        }
        TestContext.Out.WriteLine($"tried {tried}, refused {refused}");
        Assert.That(refused, Is.EqualTo(tried), "all of these overlap");
    }

    [Test]
    public void Counts_that_share_memory_with_the_output_are_refused()
    {
        using var table = Table(4, 1, new MinOccurrencesOptions(3));
        var tried = 0;
        for (var shift = -9; shift <= 9; shift++, tried++)
        {
            var memory = new int[40];
            var counts = memory.AsSpan(10, 10);
            counts.Fill(2);
            var output = MemoryMarshal.Cast<int, float>(memory.AsSpan(10 + shift, 10));
            try
            {
                table.LookupOrAdmit([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], counts, output, At.Seconds(1));
                Assert.Fail($"shift {shift} was taken");
            }
            catch (ArgumentException)
            {
                Assert.That(counts.Count(2), Is.EqualTo(10));
            }
        }
        Assert.That((table.Count, table.GetStatistics().PendingIds), Is.EqualTo((0L, 0L)), $"after {tried} refusals");
    }

    [Test]
    public void Codecs_that_write_over_their_input_refuse_it_or_are_right()
    {
        var (tried, refused) = (0, 0);
        foreach (var format in Enum.GetValues<RowFormat>())
        {
            var codec = new RowCodecOptions { Format = format }.Create();
            for (var shift = 0; shift < 16; shift++, tried += 2)
            {
                const int Dimension = 40;
                float[] weights = [.. Enumerable.Range(0, Dimension).Select(place => (place - 20) * 0.01f)];
                var expected = new byte[codec.EncodedBytes(Dimension)];
                Assert.That(codec.TryEncode(weights, expected), Is.True);
                var decoded = new float[Dimension];
                codec.Decode(expected, decoded);
                var memory = new byte[Dimension * 4 * 3];
                var place = MemoryMarshal.Cast<byte, float>(memory.AsSpan(Dimension * 4))[..Dimension];
                weights.CopyTo(place);
                try
                {
                    codec.TryEncode(place, memory.AsSpan(Dimension * 4 + shift - 8, expected.Length));
                    Assert.That(memory.AsSpan(Dimension * 4 + shift - 8, expected.Length).SequenceEqual(expected), Is.True,
                        $"{format} encoded at {shift - 8}");
                }
                catch (ArgumentException)
                {
                    refused++;
                }
                Array.Clear(memory);
                var source = memory.AsSpan(Dimension * 4 + shift - 8, expected.Length);
                expected.CopyTo(source);
                try
                {
                    codec.Decode(source, place);
                    Assert.That(place.SequenceEqual(decoded), Is.True, $"{format} decoded from {shift - 8}");
                }
                catch (ArgumentException)
                {
                    refused++;
                }
            }
        }
        TestContext.Out.WriteLine($"tried {tried}, refused {refused}");
    }

    [Test]
    public async Task Ids_and_numbers_that_change_under_a_verb_leave_whole_rows([Values(1, 4, 64)] int stripes, [Values(0, 1, 2)] int kind)
    {
        AdmissionFilterOptions? admission = kind == 1 ? new MinOccurrencesOptions(3) : null;
        var (random, interrupted, refused, done) = (new Random(stripes * 10 + kind), 0, 0, 0);
        var schema = new TableSchema([Options(stripes, 4, admission, kind == 2)]);
        using var set = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 32 << 20, Seed = 1 });
        using var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), set);
        var table = set.Tables[0];
        var (ids, values, counts) = (new long[300], new float[300 * 4], Enumerable.Repeat(1, 300).ToArray());
        var found = new bool[300];
        using var stop = new CancellationTokenSource();
        var filler = Task.Run(() => Refill(ids, values, counts, stop.Token));
        PendingSnapshot? pending = null;
        for (var round = 0; round < 800; round++, done++)
        {
            try
            {
                if (round % 200 == 100)
                {
                    if (pending is not null) await pending.DisposeAsync();
                    pending = await chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
                }
                if (round % 200 == 150 && pending is not null) await pending.WriteAsync();
                Call(table, random, ids, values, counts, found, (uint)round + 1_700_000_000u);
            }
            catch (BatchInterruptedException)
            {
                interrupted++;
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }
        stop.Cancel();
        await filler;
        if (pending is not null) await pending.DisposeAsync();
        TestContext.Out.WriteLine($"calls {done}, interrupted {interrupted}, refused {refused}, rows {table.Count}");
        var state = SetState.Of(set);
        await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        var (all, weights) = (new List<long>(), new Dictionary<long, float[]>());
        foreach (var chunk in table.EnumerateRows())
        {
            for (var row = 0; row < chunk.Count; row++)
            {
                all.Add(chunk.Ids[row]);
                weights[chunk.Ids[row]] = chunk.Weights.Slice(row * 4, 4).ToArray();
            }
        }
        foreach (var id in all)
        {
            var output = new float[4];
            Assert.That(table.Lookup(id, output) && table.Contains(id), Is.True, $"row {id} cannot be reached");
            Assert.That(output, Is.EqualTo(weights[id]));
        }
        Assert.That(state, Has.Count.EqualTo(all.Count + 1));
        Assert.That(table.Remove(CollectionsMarshal.AsSpan(all)), Is.EqualTo(all.Count));
        Assert.That(table.Count, Is.Zero);
        await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
    }

    [Test]
    public async Task What_changed_under_a_verb_is_restored([Values(1, 4, 64)] int stripes)
    {
        var store = new MemorySnapshotStore();
        var schema = new TableSchema([Options(stripes, 4, new MinOccurrencesOptions(2), true)]);
        using var set = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 32 << 20, Seed = 1 });
        using var chain = await SnapshotChain.OpenAsync(store, set);
        var (random, ids, values, counts) = (new Random(stripes), new long[300], new float[300 * 4], Enumerable.Repeat(1, 300).ToArray());
        for (var commit = 0; commit < 5; commit++)
        {
            using var stop = new CancellationTokenSource();
            var filler = Task.Run(() => Refill(ids, values, counts, stop.Token));
            for (var round = 0; round < 200; round++)
            {
                try
                {
                    Call(set.Tables[0], random, ids, values, counts, new bool[300], (uint)round + 1_700_000_000u);
                }
                catch (Exception exception) when (exception is BatchInterruptedException or ArgumentException)
                {
                }
            }
            stop.Cancel();
            await filler;
            await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            var expected = SetState.Of(set);
            var others = new TableSchema([Options(stripes == 4 ? 1 : 4, 4, new MinOccurrencesOptions(2), true)]);
            using var again = new EmbeddingTableSet(others, new() { MemoryLimitBytes = 32 << 20, Seed = 1 });
            using var restored = await SnapshotChain.OpenAsync(await CopiedStore.OfAsync(store), again);
            Assert.That(SetState.Difference(expected, SetState.Of(again)), Is.Null, $"commit {commit}");
        }
    }

    private static void Check(EmbeddingTable table, int verb, ReadOnlySpan<long> input, Span<byte> memory, int count, int dimension)
    {
        if (verb == 0) table.Lookup(input, MemoryMarshal.Cast<byte, float>(memory)[..(count * dimension)]);
        if (verb == 1) table.LookupOrAdmit(input, [], MemoryMarshal.Cast<byte, float>(memory)[..(count * dimension)], At.Seconds(2));
        if (verb == 2) table.Contains(input, MemoryMarshal.Cast<byte, bool>(memory)[..count]);
    }

    private static void Call(EmbeddingTable table, Random random, long[] ids, float[] values, int[] counts, bool[] found, uint time)
    {
        var output = new float[values.Length];
        switch (random.Next(10))
        {
            case <= 2: table.LookupOrAdmit(ids, random.Next(2) == 0 ? counts : [], output, At.Seconds(time), time); break;
            case <= 4:
                table.ApplyGradients(ids, values, random.Next(2) == 0 ? counts : [], At.Seconds(time), time, AbsentIds.Admit, values);
                break;
            case 5: table.Assign(ids, values, At.Seconds(time)); break;
            case 6: table.AssignAdd(ids, values, At.Seconds(time)); break;
            case 7: table.Remove(ids); break;
            case 8: table.Lookup(ids, output); break;
            default: table.Contains(ids, found); break;
        }
    }

    private static void Refill(long[] ids, float[] values, int[] counts, CancellationToken stop)
    {
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            for (var place = 0; place < ids.Length; place++)
            {
                ids[place] = random.NextInt64(2000);
                values[place * 4] = random.Next(100) == 0 ? float.NaN : random.NextSingle();
                counts[place] = random.Next(100) == 0 ? -1 : random.Next(1, 4);
            }
        }
    }

    private static EmbeddingTable Table(int stripes, int dimension, AdmissionFilterOptions? admission) =>
        new(Options(stripes, dimension, admission, false), new() { MemoryLimitBytes = 16 << 20 });

    private static EmbeddingTableOptions Options(int stripes, int dimension, AdmissionFilterOptions? admission, bool isPacked)
    {
        var options = new EmbeddingTableOptions
        {
            Name = "t",
            Stripes = stripes,
            Admission = admission,
            TrackFrequency = true,
            MaxRows = isPacked ? 900 : null,
            AtLimit = isPacked ? new LeastRecentlyUpdatedOptions() : null,
        };
        options.Segments.Add(new SegmentOptions
        {
            Name = "s",
            Dimension = dimension,
            Optimizer = new AdagradOptions(),
            Precision = isPacked ? RowPrecision.Float16 : RowPrecision.Float32,
        });
        return options;
    }
}
