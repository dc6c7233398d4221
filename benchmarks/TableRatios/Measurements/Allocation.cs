using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>What a batch of each verb allocates once the table is filled: nothing.</summary>
internal sealed class Allocation(RatioContext context) : FillMeasurement(context)
{
    private const int Repeats = 100, Verbs = 6, Batches = 4;

    public override IReadOnlyList<string> Names { get; } = ["alloc.bytes_per_batch"];

    public override void Run(Subject subject, string suffix)
    {
        if (suffix.Length > 0 || !Context.IsWanted(Names[0])) return;
        var (table, found) = (subject.Table, new bool[RatioContext.BatchSize]);
        var batches = IdBatches.Uniform(subject.Rows, RatioContext.BatchSize, Batches, new Random(7));
        EachVerb(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 0; batch < Repeats; batch++) EachVerb(batch);
        Context.Report.Print(Names[0], (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Repeats * Verbs));

        void EachVerb(int batch)
        {
            var ids = batches.Ids(batch);
            table.Lookup(ids, Context.Output);
            table.LookupOrAdmit(ids, [], Context.Output, RatioContext.EventTime);
            table.ApplyGradients(ids, Context.Gradients, [], RatioContext.EventTime);
            table.Assign(ids, Context.Gradients, RatioContext.EventTime);
            table.AssignAdd(ids, Context.Gradients, RatioContext.EventTime);
            table.Contains(ids, found);
        }
    }
}
