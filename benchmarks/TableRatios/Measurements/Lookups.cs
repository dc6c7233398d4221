using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>Lookups against gathering the same rows by number.</summary>
internal sealed class Lookups(RatioContext context) : FillMeasurement(context)
{
    private const string Uniform = "lookup.uniform.vs_flat_gather", SmallBatches = "lookup.batch512.vs_flat_gather",
        Zipf = "lookup.zipf.vs_flat_gather", Absent = "lookup.absent.vs_flat_gather";

    private const int SmallBatch = 512;

    public override IReadOnlyList<string> Names { get; } = [Uniform, Zipf, Absent, SmallBatches];

    public override void Run(Subject subject, string suffix)
    {
        const int size = RatioContext.BatchSize, batches = RatioContext.Batches;
        var (random, rows) = (new Random(1), subject.Rows);
        Compare(Uniform + suffix, subject, IdBatches.Uniform(rows, size, batches, random));
        Compare(SmallBatches + suffix, subject, IdBatches.Uniform(rows, SmallBatch, batches * size / SmallBatch, random));
        Compare(Zipf + suffix, subject, IdBatches.Zipf(rows, size, batches, random));
        Compare(Absent + suffix, subject, IdBatches.Uniform(rows, size, batches, random, absent: true), areAbsent: true);
    }

    private void Compare(string name, Subject subject, IdBatches batches, bool areAbsent = false)
    {
        if (!Context.IsWanted(name)) return;
        var size = batches.Ids(0).Length;
        var count = RatioContext.BatchesATurn * RatioContext.BatchSize / size;
        var floats = size * Context.Settings.Dimension;
        var found = subject.Table.Lookup(batches.Ids(0), Context.Output.AsSpan(0, floats));
        if (found != (areAbsent ? 0 : size)) throw new InvalidOperationException($"{name}: {found} of {size} ids have a row.");
        Context.Compare(name,
            "ns", turn => RatioContext.Each(
                turn, count, batch => subject.Table.Lookup(batches.Ids(batch), Context.Output.AsSpan(0, floats))),
            "flat_ns", turn => RatioContext.Each(
                turn, count, batch => subject.Flat.Gather(batches.Numbers(batch), Context.Output.AsSpan(0, floats))),
            (long)count * size);
    }
}
