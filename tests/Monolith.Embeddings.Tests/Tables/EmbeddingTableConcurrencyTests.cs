using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>
/// Threads at once on one table. All floats of a row always carry one version, so that a reader can tell a torn row; work is bounded by the
/// number of calls, never by time.
/// </summary>
public class EmbeddingTableConcurrencyTests : LeakChecked
{
    private const int Dimension = 24;
    private const int Batch = 256;

    [Test]
    public void Readers_never_see_a_torn_row_while_rows_come_and_go([Values(1, 16)] int stripes)
    {
        using var table = TestTable.Create(TestTable.Plain(stripes, Dimension, o => o.Expiry = new TimeToLive(TimeSpan.FromSeconds(5))));
        long[] first = TestTable.Range(1, 500);
        table.Assign(first, [.. first.SelectMany(id => Enumerable.Repeat((float)id, Dimension))], 0);
        using var reading = new CountdownEvent(2);
        var writing = 3;
        var (torn, foreign, read) = (0L, 0L, 0L);
        Run(
            random => UntilDone(reading, () => Write(table, random), ref writing),
            random => UntilDone(reading, () => Write(table, random), ref writing),
            random => UntilDone(reading, () => Churn(table, random), ref writing),
            random => Read(table, random, reading, ref writing, ref torn, ref foreign, ref read),
            random => Read(table, random, reading, ref writing, ref torn, ref foreign, ref read));
        Assert.That((torn, foreign), Is.EqualTo((0L, 0L)), "rows that held two versions, and rows of another id");
        Assert.That(read, Is.Positive, "rows that were read");
        AssertConsistent(table);
    }

    [Test]
    public void Every_gradient_counts_once_however_many_threads_apply()
    {
        const int Threads = 4, Rounds = 150;
        using var table = TestTable.Create(TestTable.Plain(8, 2));
        long[] ids = TestTable.Range(0, 2000);
        float[] ones = [.. Enumerable.Repeat(-1f, ids.Length * 2)];
        Run([.. Enumerable.Repeat((Random _) =>
        {
            for (var i = 0; i < Rounds; i++) table.ApplyGradients(ids, ones, [], (uint)i);
        }, Threads)]);
        Assert.That(TestTable.Read(table, ids), Is.All.EqualTo((float)(Threads * Rounds)));
        Assert.That(table.GetStatistics().Created, Is.EqualTo(ids.Length));
    }

    [Test]
    public void Dispose_under_use_gives_only_ObjectDisposedException()
    {
        for (var round = 0; round < 20; round++)
        {
            var table = TestTable.Create(TestTable.Plain(4, Dimension, o => o.Expiry = new TimeToLive(TimeSpan.FromSeconds(5))));
            using var underWay = new CountdownEvent(3);
            Run(
                random => UseUntilDisposed(table, random, underWay),
                random => UseUntilDisposed(table, random, underWay),
                random => UseUntilDisposed(table, random, underWay),
                _ =>
                {
                    underWay.Wait();
                    table.Dispose();
                });
            Assert.That(table.Count, Is.Zero);
        }
    }

    // Writers begin when readers have read, or a busy machine could run them one after the other; one that fails lets nobody wait for it.
    private static void UntilDone(CountdownEvent reading, Action write, ref int writing)
    {
        try
        {
            reading.Wait();
            write();
        }
        finally
        {
            Interlocked.Decrement(ref writing);
        }
    }

    private static void Write(EmbeddingTable table, Random random)
    {
        var values = new float[Batch * Dimension];
        for (var i = 0; i < 4000; i++)
        {
            var ids = Draw(random, growing: i * 5);
            // The id is in the version, so that a reader can tell a row of another id.
            for (var row = 0; row < Batch; row++) values.AsSpan(row * Dimension, Dimension).Fill(ids[row] + random.Next(100) / 128f);
            table.Assign(ids, values, (uint)(i / 200));
        }
    }

    private static void Churn(EmbeddingTable table, Random random)
    {
        for (var i = 0; i < 2000; i++)
        {
            table.Remove(Draw(random, 20_000));
            if (i % 20 == 0) table.Evict();
            if (i % 300 == 299) table.Clear();
        }
    }

    private static void Read(
        EmbeddingTable table, Random random, CountdownEvent reading, ref int writing, ref long torn, ref long foreign, ref long read)
    {
        var output = new float[Batch * Dimension];
        try
        {
            ReadOnce(table, Draw(random, 500), output, ref torn, ref foreign, ref read);
        }
        finally
        {
            reading.Signal();
        }
        while (Volatile.Read(ref writing) > 0) ReadOnce(table, Draw(random, 20_000), output, ref torn, ref foreign, ref read);
    }

    private static void ReadOnce(EmbeddingTable table, long[] ids, float[] output, ref long torn, ref long foreign, ref long read)
    {
        table.Lookup(ids, output);
        for (var row = 0; row < Batch; row++)
        {
            var floats = output.AsSpan(row * Dimension, Dimension);
            if (floats.ContainsAnyExcept(floats[0])) Interlocked.Increment(ref torn);
            if (floats[0] != 0 && MathF.Floor(floats[0]) != ids[row]) Interlocked.Increment(ref foreign);
            if (floats[0] != 0) Interlocked.Increment(ref read);
        }
    }

    private static void UseUntilDisposed(EmbeddingTable table, Random random, CountdownEvent underWay)
    {
        var floats = new float[Batch * Dimension];
        var isUnderWay = false;
        try
        {
            for (var i = 0u; ; i++)
            {
                table.Lookup(Draw(random, 5000), floats);
                table.Assign(Draw(random, 5000), floats, i);
                table.ApplyGradients(Draw(random, 5000), floats, [], i);
                table.Remove(Draw(random, 5000));
                table.Evict();
                _ = table.Count + table.GetStatistics().Rows;
                if (i != 2) continue;
                underWay.Signal();
                isUnderWay = true;
            }
        }
        catch (ObjectDisposedException)
        {
            Assert.That(isUnderWay, Is.True, "disposed before the table was in use");
        }
        finally
        {
            if (!isUnderWay) underWay.Signal();
        }
    }

    private static void AssertConsistent(EmbeddingTable table)
    {
        var ids = TestTable.Range(0, 21_000);
        var found = new bool[ids.Length];
        Assert.That(table.Contains(ids, found), Is.EqualTo(table.Count));
        var statistics = table.GetStatistics();
        Assert.That(statistics.Created - statistics.Removed - statistics.Expired, Is.EqualTo(table.Count));
        Assert.That(table.Remove(ids), Is.EqualTo(statistics.Rows));
        Assert.That(table.Count, Is.Zero);
    }

    private static long[] Draw(Random random, int growing)
    {
        var ids = new long[Batch];
        for (var i = 0; i < Batch; i++) ids[i] = 1 + random.Next(Math.Max(growing, 500));
        return ids;
    }

    private static void Run(params Action<Random>[] bodies)
    {
        Task[] tasks = [.. bodies.Select((body, i) => Task.Factory.StartNew(
            () => body(new Random(i)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Assert.That(() => Task.WaitAll(tasks), Throws.Nothing);
    }
}
