using Monolith.Embeddings.Tables;
using TableRatios.Flat;
using Measuring;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>Evicting a random half of the rows: how fast alone, and how long another thread's batch may take meanwhile.</summary>
internal sealed class Eviction(RatioContext context) : Measurement(context)
{
    private const string Rate = "evict.half.rows_per_second", Concurrent = "evict.half.longest_concurrent_batch_ms", Quiet = Concurrent
        + ".without_eviction";

    private static readonly DateTimeOffset Old = RatioContext.EventTime, New = Old + BenchmarkTables.TimeToLive;

    public override IReadOnlyList<string> Names { get; } = [Rate, Concurrent];

    public override void Run()
    {
        if (Context.IsWanted(Rate)) PrintMedian(Rate, Enumerable.Range(0, Context.Settings.Passes).Select(_ => RowsPerSecond()));
        if (!Context.IsWanted(Concurrent)) return;
        var passes = Enumerable.Range(0, Context.Settings.Passes).Select(_ => LongestPass()).ToArray();
        PrintLongest(Concurrent, [.. passes.Select(p => p.Evicting)]);
        PrintLongest(Quiet, [.. passes.Select(p => p.Quiet)]);
    }

    private double RowsPerSecond()
    {
        using var table = HalfDead();
        var removed = 0L;
        var nanoseconds = Interleaved.Time(() => removed = table.Evict());
        return removed * 1e9 / nanoseconds;
    }

    // As many batches as ran beside the eviction run again beside a thread that only keeps its processor busy: what they show is the
    // machine, not the table.
    private (LongestBatches Evicting, LongestBatches Quiet) LongestPass()
    {
        using var table = HalfDead();
        using var pair = new ThreadPair();
        var batches = IdBatches.Uniform(Context.Settings.Rows, RatioContext.BatchSize, RatioContext.Batches, new Random(8));
        var (evicting, quiet, count, isDone) = (new LongestBatches(), new LongestBatches(), 0, false);
        // A thread's first lookup compiles it and makes its buffers.
        pair.Time(() => { }, () => Lookup(new LongestBatches(), count++));
        pair.Time(
            () =>
            {
                table.Evict();
                Volatile.Write(ref isDone, true);
            },
            () =>
            {
                while (!Volatile.Read(ref isDone)) Lookup(evicting, count++);
            });
        isDone = false;
        pair.Time(
            () =>
            {
                while (!Volatile.Read(ref isDone)) Thread.SpinWait(1);
            },
            () =>
            {
                for (var batch = 0; batch < count; batch++) Lookup(quiet, batch);
                Volatile.Write(ref isDone, true);
            });
        return (evicting, quiet);

        void Lookup(LongestBatches longest, int batch)
        {
            var start = BatchTime.Now;
            table.Lookup(batches.Ids(batch), Context.Output);
            longest.Add(BatchTime.Now - start);
        }
    }

    private EmbeddingTable HalfDead()
    {
        WarmMemory.Touch(BenchmarkTables.AdagradBytes(Context.Settings));
        var table = BenchmarkTables.Expiring(Context.Settings);
        var filler = new TableFiller(table);
        filler.Fill(0, Context.Settings.Rows, Old);
        filler.Touch(Context.Settings.Rows, share: 0.5, New);
        return table;
    }
}
