using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>Steps of an optimizer against the same arithmetic on flat rows.</summary>
internal sealed class Updates(RatioContext context, string optimizer, Func<FlatRows, FlatUpdate> flatUpdate) : FillMeasurement(context)
{
    public override IReadOnlyList<string> Names { get; } = [$"update.{optimizer}.uniform.vs_flat_update"];

    public override void Run(Subject subject, string suffix)
    {
        var batches = IdBatches.Uniform(subject.Rows, RatioContext.BatchSize, RatioContext.Batches, new Random(2));
        var flat = flatUpdate(subject.Flat);
        Context.Compare(Names[0] + suffix,
            "ns", turn => RatioContext.Each(turn, RatioContext.BatchesATurn, batch =>
                subject.Table.ApplyGradients(batches.Ids(batch), Context.Gradients, [], RatioContext.EventTime)),
            "flat_ns", turn => RatioContext.Each(turn, RatioContext.BatchesATurn, batch => flat(batches.Numbers(batch), Context.Gradients)),
            (long)RatioContext.BatchesATurn * RatioContext.BatchSize);
    }
}
