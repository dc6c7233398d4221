using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Sketches;
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

    public static ExampleSource OfExampleLog(ExampleSource live, FeatureSchema newSchema)
    {
        // <example ExampleLog>
        var log = new ExampleLog(new FileSnapshotStore("examples"));
        // What a trainer learns from, and keeps.
        var source = live.LoggedTo(log);
        // What another architecture learns first.
        var history = new ExampleLogSource(log, newSchema);
        // </example>
        return history.Then(source);
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

    public static FrequencySketch OfFrequencySketch(long[] itemIds, float[] logQ)
    {
        // <example FrequencySketch>
        // Within a ten-thousandth of the total, but once in a thousand ids; half as much is remembered after a million more.
        var options = FrequencySketchOptions.Within(epsilon: 1e-4, delta: 1e-3);
        options.HalveEvery = 1_000_000;
        var sketch = new FrequencySketch(options);

        sketch.Add(itemIds);
        sketch.EstimateLogQ(itemIds, logQ);
        // </example>
        return sketch;
    }

    public static void OfInBatchSoftmax(
        FrequencySketch sketch, InBatchSoftmax softmax, long[] itemIds, float[] logQ, float[] userVectors, float[] itemVectors,
        float[] losses, float[] userGradients, float[] itemGradients)
    {
        // <example InBatchSoftmax>
        // Counts what was chosen, and learns from it.
        sketch.Add(itemIds);
        sketch.EstimateLogQ(itemIds, logQ);
        var examples = new InBatchExamples
        {
            Users = userVectors,
            Items = itemVectors,
            Dimension = 32,
            ItemIds = itemIds,
            LogQ = logQ,
        };
        softmax.Compute(in examples, losses, userGradients, itemGradients);
        // </example>
    }

    public static BuiltInModel OfBuiltInModel()
    {
        // <example BuiltInModel>
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Bias(new AdagradOptions(), heads: 2).Vector(8, new AdagradOptions()));
        f.Slot("item", "items");
        f.Task("click");
        f.Task("purchase");
        var model = new DeepFm(f.Build(), new() { TaskWeights = { ["purchase"] = 5 } });
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

    public static async Task OfIdCatalogueAsync(
        EmbeddingTableSet tables, OnlineModel model, ExampleSource source, SnapshotStore store)
    {
        // <example IdCatalogue>
        var titles = new IdCatalogue();
        titles.TrySet("items", 1_234_567, "Solaris (1972)");
        await using var trainer = new OnlineTrainer(tables, model, source, store) { Catalogue = titles };
        // </example>
    }

    public static async Task OfForgetRequestAsync(OnlineTrainer trainer)
    {
        // <example ForgetRequest>
        var report = await trainer.ForgetAsync(new ForgetRequest().Add("users", 8_412_775_309));
        Console.WriteLine($"{report.RowsRemoved} rows; {report.Commits.Count} commits still hold what was known before.");
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

    public static OnlineTrainerOptions OfSchedule()
    {
        // <example Schedule>
        var options = new OnlineTrainerOptions { EvictEvery = Schedule.ByEventTime(TimeSpan.FromMinutes(5)) };
        options.Synchronization.SparseEvery = Schedule.FirstOf(Schedule.ByClock(TimeSpan.FromMinutes(1)), Schedule.ByExamples(1_000_000));
        // </example>
        return options;
    }

    public static (ExampleSource Source, OnlineTrainerOptions Options) OfEarlyStopOptions(
        ExampleSource history, ExampleSource live, ExampleSource heldOut)
    {
        // <example EarlyStopOptions>
        var source = history.Shuffled(bufferExamples: 100_000, seed: 1).Epochs(20).Then(live);
        var options = new OnlineTrainerOptions
        {
            EarlyStop = new() { Validation = heldOut, Metric = ValidationMetric.Auc, Patience = 2, RestoreBest = true },
        };
        // </example>
        return (source, options);
    }

    public static OnlineTrainerOptions OfPublicationGateOptions(ExampleSource heldOut)
    {
        // <example PublicationGateOptions>
        var options = new OnlineTrainerOptions
        {
            Synchronization = new()
            {
                Gate = new()
                {
                    Bounds = [new() { MaxLogLossRise = 0.1, MinCalibration = 0.8, MaxCalibration = 1.25 }],
                    MinExamples = 50_000,
                    Probe = heldOut,
                    MaxChangedShare = 0.2,
                },
            },
        };
        // </example>
        return options;
    }

    public static void OfRankingMetrics(long[] shownIds, float[] scores, long bought)
    {
        // <example RankingMetrics>
        // The rank of what was bought among what was shown, by scores of your own.
        var metrics = new RankingMetrics(1, 5, 20);
        metrics.Add(RankingMetrics.RankOf(shownIds, scores, bought));
        foreach (var at in metrics.Total().At) Console.WriteLine($"recall@{at.K} {at.Recall:F3}, NDCG {at.Ndcg:F3}, MRR {at.Mrr:F3}");
        // </example>
    }

    public static (OnlineTrainerOptions Options, IProgress<TrainingProgress> Progress) OfRankingMetricsOptions()
    {
        // <example RankingMetricsOptions>
        var options = new OnlineTrainerOptions { Ranking = new() { Item = "item", User = "user", K = [1, 20] } };
        var progress = new Progress<TrainingProgress>(report =>
            Console.WriteLine($"recall@20 {report.RankingWindow!.At[^1].Recall:F3} of {report.RankingWindow.Events} events"));
        // </example>
        return (options, progress);
    }

    public static RankingMetrics OfPopularItems(IEnumerable<(long Item, long Time)> purchases)
    {
        // <example PopularItems>
        var popular = new PopularItems(TimeSpan.FromDays(7));
        var baseline = new RankingMetrics(20);
        foreach (var (item, time) in purchases)
        {
            // Ranked before it is counted, by what was counted until then.
            popular.GoTo(time);
            if (popular.RankOf(item) is { } rank) baseline.Add(rank);
            else baseline.AddCold();
            popular.Add(item, time);
        }
        // </example>
        return baseline;
    }

    public static (OnlineTrainerOptions Options, IProgress<TrainingProgress> Progress) OfCalibrationOptions()
    {
        // <example CalibrationOptions>
        var options = new OnlineTrainerOptions { Calibration = new() { Memory = 200_000 } };
        var progress = new Progress<TrainingProgress>(report => Console.WriteLine(
            $"calibration {report.Window.Calibration:F3}, of the model alone {report.UncorrectedWindow!.Value.Calibration:F3}"));
        // </example>
        return (options, progress);
    }

    public static (OnlineTrainerOptions Options, IProgress<TrainingProgress> Progress) OfMetricsSliceOptions()
    {
        // <example MetricsSliceOptions>
        var options = new OnlineTrainerOptions();
        options.Metrics.Slices.Add(new() { Slot = "user" });
        options.Metrics.Slices.Add(new() { Slot = "country", By = SliceBy.Id, MaxSlices = 10 });
        options.Metrics.Slices.Add(new() { Slot = "item", By = SliceBy.Occurrences });
        var progress = new Progress<TrainingProgress>(report =>
        {
            foreach (var slice in report.Slices) Console.WriteLine($"{slice.Slot} {slice.Name}: AUC {slice.Window.Auc:F3}");
        });
        // </example>
        return (options, progress);
    }
}
