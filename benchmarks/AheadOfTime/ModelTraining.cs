using System.IO.Hashing;
using Measuring;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace AheadOfTime;

/// <summary>An online trainer with a DeepFM of 8 slots, on one thread.</summary>
internal sealed class ModelTraining : IAsyncDisposable
{
    private const int Slots = 8, Examples = 64 * BatchSize, BatchSize = 256, Ids = 5000;

    private readonly FeatureSchema _schema;
    private readonly ExampleEncoder<int> _encoder;
    private readonly EmbeddingTableSet _tables;
    private readonly DeepFm _model;

    public ModelTraining()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()));
        var slots = Enumerable.Range(0, Slots).Select(i => builder.Slot($"slot-{i}", "items")).ToArray();
        var click = builder.Task("click");
        _schema = builder.Build();
        _encoder = new ExampleEncoder<int>(_schema, (in int i, ExampleWriter writer) =>
        {
            for (var slot = 0; slot < slots.Length; slot++) writer.Id(slots[slot], (long)(i + 1) * (31 + slot) % Ids);
            writer.Label(click, i % 3 == 0).At(1_700_000_000_000 + i);
        });
        _tables = new EmbeddingTableSet(_schema);
        _model = new DeepFm(_schema, new() { Hidden = [128, 64], MaxDegreeOfParallelism = 1 });
    }

    /// <summary>A hash of the model's weights.</summary>
    public ulong Bits
    {
        get
        {
            using var stream = new MemoryStream();
            _model.Save(stream);
            return XxHash64.HashToUInt64(stream.GetBuffer().AsSpan(0, (int)stream.Length));
        }
    }

    /// <summary>Nanoseconds an example.</summary>
    public double Run() => Interleaved.Time(() => TrainAsync().GetAwaiter().GetResult()) / Examples;

    public ValueTask DisposeAsync()
    {
        _tables.Dispose();
        _model.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task TrainAsync()
    {
        await using var trainer = new OnlineTrainer(
            _tables, _model, ExampleSource.From(() => Enumerable.Range(0, Examples), _encoder, BatchSize), new OnlineTrainerOptions());
        await trainer.RunAsync();
    }
}
