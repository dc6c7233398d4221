using BeforeAfter.Contract;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace BeforeAfter.Driver;

/// <summary>A trainer whose stream is what it is handed.</summary>
internal sealed class CoreTrainer : ITrainerDriver
{
    private const long MemoryLimit = 4L << 30;
    private const ulong Seed = 1;

    private readonly EmbeddingTableSet _tables;
    private readonly DeepFm _model;
    private readonly HandedExamples _source;
    private readonly OnlineTrainer _trainer;

    public CoreTrainer(TrainerPlan plan)
    {
        var builder = new FeatureSchemaBuilder();
        string[] tables = ["users", "items"];
        foreach (var table in tables) builder.Table(table, row => row.Bias(new FtrlOptions()).Vector(plan.Dimension, new AdagradOptions()));
        var slots = new FeatureSlot[plan.Slots];
        for (var i = 0; i < slots.Length; i++) slots[i] = builder.Slot($"slot{i}", tables[i * tables.Length / slots.Length]);
        var task = builder.Task("click");
        var schema = builder.Build();
        _tables = new EmbeddingTableSet(schema, new EmbeddingTableSetOptions { Seed = Seed, MemoryLimitBytes = MemoryLimit });
        _model = new DeepFm(schema, new DeepFmOptions { Hidden = [.. plan.Hidden], Seed = Seed, MaxDegreeOfParallelism = 1 });
        _source = new HandedExamples(schema, slots, task, plan.BatchSize);
        _trainer = new OnlineTrainer(_tables, _model, _source, new OnlineTrainerOptions
        {
            ReadAheadBatches = 0,
            MaxDegreeOfParallelism = 1,
            WindowExamples = long.MaxValue,
            EvictEvery = Timeout.InfiniteTimeSpan,
        });
    }

    public double Train(ReadOnlySpan<long> ids, ReadOnlySpan<float> labels)
    {
        _source.Set(ids, labels);
        return _trainer.RunAsync().GetAwaiter().GetResult().Total.LogLoss;
    }

    public void Dispose()
    {
        _trainer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _model.Dispose();
        _tables.Dispose();
    }
}
