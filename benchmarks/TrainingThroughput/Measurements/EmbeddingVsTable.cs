using Measuring;
using TrainingThroughput.Subjects;
using TrainingThroughput.Workloads;

namespace TrainingThroughput.Measurements;

/// <summary>
/// A batch in the trainer with a model that costs nothing, beside the look-up and update of its distinct ids straight on the table: what
/// finding distinct ids, pooling, summing gradients and the trainer itself add. One thread each, by its processor time.
/// </summary>
internal sealed class EmbeddingVsTable(ThroughputContext context)
{
    public const string Name = "embedding.vs_table";

    public void Run(TrainingTables tables, IdDistribution distribution, string suffix)
    {
        if (!context.Settings.IsWanted(Name + suffix)) return;
        var examples = tables.Examples(distribution, ThroughputContext.Batches);
        var table = new TableSide(tables.Set, examples);
        using var trainer = new TrainerSide(tables.Set, examples, new ConstantModel(tables.Schema.Schema), readAhead: 0, threads: 1);
        var (ratio, ours, theirs) = context.Compare(trainer.Run, table.Run, () => BatchTime.NowOfProcess);
        context.Report.Print(Name + suffix, ratio);
        context.Report.Print($"{Name}{suffix}.ns_an_id", ours / CriteoShape.IdsABatch);
        context.Report.Print($"{Name}{suffix}.table_ns_an_id", theirs / CriteoShape.IdsABatch);
        context.Report.Print($"{Name}{suffix}.ns_a_distinct_id", ours / table.DistinctABatch);
        context.Report.Print($"{Name}{suffix}.table_ns_a_distinct_id", theirs / table.DistinctABatch);
    }
}
