// docs/guide/first-model.md shows what stands between the two marks, to the letter; FirstModelPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public static class VisitTraining
{
    /// <summary>Learns from the log until it is cancelled, and goes on from the store's newest commit.</summary>
    public static async Task RunAsync(string log, string store, CancellationToken stopping)
    {
        var shop = new VisitModel();
        using var tables = new EmbeddingTableSet(shop.Schema, new() { Seed = 1, MemoryLimitBytes = 1L << 28 });
        using var dense = shop.CreateDense();
        var source = new JsonLinesSource<Visit>(LogFiles.Rotating(log), VisitJson.Default.Visit, shop.Encoder, new()
        {
            MaxDelay = TimeSpan.FromSeconds(1),
            BadRecords =
            {
                Limit = 1000,
                Handler = (bad, token) => new(File.AppendAllTextAsync("bad.log", $"{bad.Place}: {bad.Error.Message}\n", token)),
            },
        });
        var options = new OnlineTrainerOptions { WindowExamples = 1000, Synchronization = { SparseEvery = TimeSpan.FromSeconds(5) } };
        await using var trainer = new OnlineTrainer(tables, dense, source, new FileSnapshotStore(store), options);
        var progress = new Progress<TrainingProgress>(p =>
        {
            Console.WriteLine($"{p.Examples} examples, AUC {p.Window.Auc:F3}");
            // A disk that is full or gone does not stop the learning.
            if (trainer.LastCommitFailure is { } failure) Console.WriteLine($"not committed: {failure.Message}");
        });
        try
        {
            await trainer.RunAsync(progress, stopping);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"stopped after {trainer.Examples} examples");
        }
    }
}
// </page>
