using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>The examples in the documentation of types; <see cref="ExampleTests"/> holds that they are these, to the letter.</summary>
internal static class TrainingExamples
{
    public static ExampleEncoder<View> OfExampleEncoder(FeatureSchema schema, FeatureSlot user, FeatureSlot item, LabelTask click)
    {
        // <example ExampleEncoder>
        // public record struct View(long User, long Item, bool Clicked, DateTimeOffset Time);
        var encoder = new ExampleEncoder<View>(schema, (in View view, ExampleWriter writer) => writer
            .Id(user, view.User)
            .Id(item, view.Item)
            .Label(click, view.Clicked)
            .At(view.Time));
        // </example>
        return encoder;
    }

    public static ExampleSource OfExampleSource(
        ExampleEncoder<View> encoder, Func<IEnumerable<View>> history, IAsyncEnumerable<View> live)
    {
        // <example ExampleSource>
        // First what happened, and then what happens.
        var source = ExampleSource.From(history, encoder, batchSize: 64)
            .Then(ExampleSource.From(live, encoder, batchSize: 64, maxDelay: TimeSpan.FromSeconds(5)));
        // </example>
        return source;
    }

    public static ExampleSource OfJsonLinesSource(ExampleEncoder<View> encoder)
    {
        // <example JsonLinesSource>
        // [JsonSerializable(typeof(View))] partial class ViewJson : JsonSerializerContext;
        var source = new JsonLinesSource<View>(LogFiles.Rotating("logs/views.jsonl"), ViewJson.Default.View, encoder);
        // </example>
        return source;
    }

    public static OnlineModel OfDeepFm(FeatureSchema schema)
    {
        // <example DeepFm>
        var model = new DeepFm(schema, new() { Hidden = [64, 32], Optimizer = new AdagradOptions { LearningRate = 0.02f } });
        // </example>
        return model;
    }

    public static async Task OfOnlineTrainer(
        EmbeddingTableSet tables, OnlineModel model, ExampleSource source, SnapshotStore store, CancellationToken stopping)
    {
        // <example OnlineTrainer>
        await using var trainer = new OnlineTrainer(tables, model, source, store);
        var progress = new Progress<TrainingProgress>(p => Console.WriteLine($"{p.Examples} examples, AUC {p.Window.Auc:F4}"));
        // Goes on from the newest commit of the store, where there is one.
        await trainer.RunAsync(progress, stopping);
        // </example>
    }

    public static OnlineTrainerOptions OfOnlineTrainerOptions()
    {
        // <example OnlineTrainerOptions>
        var options = new OnlineTrainerOptions
        {
            WindowExamples = 100_000,
            ClipGlobalNorm = 10,
            Synchronization = new() { SparseEvery = TimeSpan.FromMinutes(5) },
        };
        // </example>
        return options;
    }
}
