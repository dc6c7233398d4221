using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults;

/// <summary>A trainer of a model on records, with a set of tables of its own; into a store, or into none.</summary>
internal sealed class StreamTrainer<TRecord> : IAsyncDisposable
{
    public StreamTrainer(
        ExampleEncoder<TRecord> encoder, Func<IEnumerable<TRecord>> records, int batchSize, SnapshotStore? store = null,
        OnlineTrainerOptions? options = null, EmbeddingTableSetOptions? set = null, TimeProvider? clock = null,
        BuiltInModel? model = null)
    {
        Tables = new EmbeddingTableSet(encoder.Schema, set ?? new() { MemoryLimitBytes = 4 << 20 }, clock);
        Model = model ?? new LogisticRegression(encoder.Schema);
        var source = ExampleSource.From(records, encoder, batchSize);
        Trainer = store is null
            ? new OnlineTrainer(Tables, Model, source, options, clock)
            : new OnlineTrainer(Tables, Model, source, store, options, clock);
    }

    public EmbeddingTableSet Tables { get; }

    public BuiltInModel Model { get; }

    public OnlineTrainer Trainer { get; }

    public async ValueTask DisposeAsync()
    {
        await Trainer.DisposeAsync();
        Model.Dispose();
        Tables.Dispose();
    }
}
