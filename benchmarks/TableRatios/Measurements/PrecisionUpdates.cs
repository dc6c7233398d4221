using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using TableRatios.Flat;
using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>
/// Steps of Adagrad on rows whose weights have 16 bits, which are unpacked, updated and rounded in blocks, against rows of 32 bits.
/// </summary>
internal sealed class PrecisionUpdates(RatioContext context) : Measurement(context)
{
    private static readonly (string Name, RowPrecision Precision)[] Kinds =
        [("precision.float16.update.vs_float32", RowPrecision.Float16), ("precision.bfloat16.update.vs_float32", RowPrecision.BFloat16)];

    public override IReadOnlyList<string> Names { get; } = [.. Kinds.Select(kind => kind.Name)];

    public override void Run()
    {
        using var wide = Filled(RowPrecision.Float32);
        foreach (var (name, precision) in Kinds.Where(kind => Context.IsWanted(kind.Name)))
        {
            using var narrow = Filled(precision);
            Compare(name, narrow, wide);
        }
    }

    private void Compare(string name, EmbeddingTable narrow, EmbeddingTable wide)
    {
        var batches = IdBatches.Uniform(Context.Settings.Rows, RatioContext.BatchSize, RatioContext.Batches, new Random(2));
        Context.Compare(name,
            "ns", turn => RatioContext.Each(turn, RatioContext.BatchesATurn, batch =>
                narrow.ApplyGradients(batches.Ids(batch), Context.Gradients, [], RatioContext.EventTime, batch)),
            "float32_ns", turn => RatioContext.Each(turn, RatioContext.BatchesATurn, batch =>
                wide.ApplyGradients(batches.Ids(batch), Context.Gradients, [], RatioContext.EventTime, batch)),
            (long)RatioContext.BatchesATurn * RatioContext.BatchSize);
    }

    private EmbeddingTable Filled(RowPrecision precision)
    {
        var options = BenchmarkTables.Options(Context.Settings, new AdagradOptions { LearningRate = Subject.Rate });
        options.Segments[0].Precision = precision;
        WarmMemory.Touch(BenchmarkTables.AdagradBytes(Context.Settings));
        var table = new EmbeddingTable(options, BenchmarkTables.SetOptions);
        new TableFiller(table).Fill(0, Context.Settings.Rows, RatioContext.EventTime);
        return table;
    }
}
