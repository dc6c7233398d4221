using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>How much of a table's memory the system has again after nine tenths of the rows, drawn at random, were evicted.</summary>
internal sealed class MemoryReturned(RatioContext context) : Measurement(context)
{
    private const string Share = "memory.returned_share";
    private const double Kept = 0.1;
    private static readonly DateTimeOffset Old = RatioContext.EventTime, New = Old + BenchmarkTables.TimeToLive;

    public override IReadOnlyList<string> Names { get; } = [Share];

    public override void Run()
    {
        if (!SystemMemory.IsReadable)
        {
            Console.WriteLine($"# {Share}: this system does not say how much memory is in use.");
            return;
        }
        Console.WriteLine($"# {Share} is seen in {SystemMemory.Source}");
        var passes = Enumerable.Range(0, Context.Settings.Passes).Select(_ => Pass()).ToArray();
        PrintMedian(Share, passes.Select(p => (double)p.Returned / p.Held));
        PrintMedian(Share + ".of_evicted", passes.Select(p => p.Returned / (p.Held * (1 - Kept))));
        PrintMedian(Share + ".held_bytes", passes.Select(p => (double)p.Held));
        PrintMedian(Share + ".returned_bytes", passes.Select(p => (double)p.Returned));
    }

    private (long Held, long Returned) Pass()
    {
        // What the passes before left to the collector is no memory of this table.
        GC.Collect();
        WarmMemory.Touch(BenchmarkTables.AdagradBytes(Context.Settings));
        var baseline = SystemMemory.UsedBytes;
        using var table = BenchmarkTables.Expiring(Context.Settings);
        var filler = new TableFiller(table);
        filler.Fill(0, Context.Settings.Rows, Old);
        filler.Touch(Context.Settings.Rows, Kept, New);
        var full = SystemMemory.UsedBytes;
        table.Evict();
        return (full - baseline, full - SystemMemory.UsedBytes);
    }
}
