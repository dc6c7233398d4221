using Measuring;
using TrainingThroughput.Products;
using TrainingThroughput.Subjects;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>
/// What a batch of the DeepFM cannot do without (its distinct ids looked up and updated straight on the table, and the products of its
/// hidden layers), beside the batch in the whole trainer: the share of its time that is spent on them. One thread each, by its processor
/// time.
/// </summary>
internal sealed class TrainerVsRoofline(ThroughputContext context)
{
    public const string Name = "trainer.vs_roofline";

    private const double NanosecondsAMicrosecond = 1e3;

    public void Run(TrainingTables tables)
    {
        if (!context.Settings.IsWanted(Name)) return;
        var table = new TableSide(tables.Set, tables.Examples(IdDistribution.Uniform, ThroughputContext.Batches));
        var operands = new GemmOperands(GemmShape.HiddenLayers);
        var products = new OwnProducts(operands);
        using var trainer = DeepFmSide.Create(tables, threads: 1);
        var (ratio, whole, roofline) = context.Compare(trainer.Run, Needed, () => BatchTime.NowOfProcess);
        context.Report.Print(Name, 1 / ratio);
        context.Report.Print($"{Name}.us_a_batch", whole / NanosecondsAMicrosecond);
        context.Report.Print($"{Name}.needed_us_a_batch", roofline / NanosecondsAMicrosecond);

        void Needed(int first, int count)
        {
            table.Run(first, count);
            products.Run(first, count);
        }
    }
}
