using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>While others read and write, what the start of an eviction killed does not come back but by a birth.</summary>
public class ExpiryUnderUseTests : LeakChecked
{
    private const int Ids = 4000, Rounds = 12, Readers = 3;

    [Test]
    public void Nobody_reads_a_row_that_the_start_of_an_eviction_killed([Values(1, 16)] int stripes)
    {
        using var table = TestTable.Create(
            TestTable.Plain(stripes, 1, o => o.Expiry = new ExpireIfOptions((in RowMetadata row, in ExpiryTime now) => row.Id % 4 != 0)));
        var ids = TestTable.Range(0, Ids);
        var (killed, isDone) = (0, false);
        using var reading = new CountdownEvent(Readers);
        var readers = Enumerable.Range(0, Readers)
            .Select(seed => Task.Factory.StartNew(() => Read(seed), TaskCreationOptions.LongRunning)).ToArray();
        table.Assign(ids, [.. Enumerable.Repeat(1f, Ids)], At.Seconds(1));
        SpinWait.SpinUntil(() => reading.IsSet || readers.Any(reader => reader.IsCompleted));
        for (var round = 1; round <= Rounds; round++)
        {
            // A thread that sees the number of a round from here on was there after its rows had died.
            table.Assign(ids, [.. Enumerable.Repeat((float)round, Ids)], At.Seconds((uint)round));
            table.BeginPass();
            Volatile.Write(ref killed, round);
            // Some are born again, with the next round's number, while slices go on; the rest by the next round.
            table.Assign(ids.AsSpan(0, Ids / 8), [.. Enumerable.Repeat(round + 1f, Ids / 8)], At.Seconds((uint)round));
            table.Evict();
        }
        Volatile.Write(ref isDone, true);
        Assert.That(Task.WhenAll(readers).Result.Sum(), Is.Positive);
        Assert.That(table.GetStatistics().Expired, Is.GreaterThan(Rounds * (Ids / 2)));

        long Read(int seed)
        {
            var (random, batch, found, rows) = (new Random(seed), new long[64], new float[64], 0L);
            for (var step = 0; !Volatile.Read(ref isDone); step++)
            {
                if (step == 1) reading.Signal();
                foreach (ref var id in batch.AsSpan()) id = random.Next(Ids);
                var before = Volatile.Read(ref killed);
                rows += table.Lookup(batch, found);
                for (var i = 0; i < batch.Length; i++)
                {
                    if (batch[i] % 4 != 0 && found[i] != 0 && found[i] <= before)
                        throw new InvalidOperationException($"id {batch[i]} reads {found[i]}, which died in round {before}");
                }
            }
            return rows;
        }
    }

    [Test]
    public void Evictions_at_once_remove_each_row_once()
    {
        using var table = TestTable.Create(TestTable.Plain(16, 1, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromSeconds(10))));
        for (var round = 1u; round <= 10; round++)
        {
            table.Assign(TestTable.Range(0, Ids), new float[Ids], At.Seconds(round * 100));
            table.ConfirmEventTime(round * 100 + 10);
            var removed = new long[4];
            Parallel.For(0, removed.Length, i => removed[i] = table.Evict());
            Assert.That((removed.Sum(), table.Count), Is.EqualTo(((long)Ids, 0L)));
        }
    }
}
