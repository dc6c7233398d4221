// docs/guide/impressions-and-clicks.md shows what stands between the two marks, to the letter; JoiningPageTests holds that.
// <page>
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public static class FeedTraining
{
    /// <param name="folder">Where both logs are.</param>
    /// <param name="store">Where the model is kept.</param>
    /// <param name="follow">Whether it waits for more lines at the end of the logs.</param>
    /// <param name="history">What is learned before the logs; null for nothing.</param>
    /// <param name="stopping">Stops it.</param>
    public static async Task<OnlineJoinerStatus> RunAsync(
        string folder, string store, bool follow, ExampleSource? history = null, CancellationToken stopping = default)
    {
        var feed = new FeedModel();
        using var joiner = new OnlineJoiner<(long Request, long Item), Impression, ItemClick>(
            JoinKeys.Int64Pair,
            new JoinedImpressions<(long, long), Impression>(feed.Encoder, shown => (shown.Request, shown.Item)),
            new JoinedActions<(long, long), ItemClick>(feed.Click, click => (click.Request, click.Item), click => click.At),
            new()
            {
                Window = TimeSpan.FromMinutes(10),
                AllowedLateness = TimeSpan.FromSeconds(30),
                BatchSize = 64,
                // The logs go on after this run; what waits for clicks then is in the commit.
                CloseAtEnd = false,
            });
        var files = new FileLogOptions { Follow = follow };
        joiner.AddImpressions("shown", new JsonLinesLog<Impression>(Log("shown"), FeedJson.Default.Impression, files));
        joiner.AddActions("clicks", new JsonLinesLog<ItemClick>(Log("clicks"), FeedJson.Default.ItemClick, files));

        using var tables = new EmbeddingTableSet(feed.Schema, new() { Seed = 1, MemoryLimitBytes = 1L << 30 });
        using var model = feed.CreateModel();
        var source = history?.Then(joiner) ?? joiner;
        await using var trainer = new OnlineTrainer(tables, model, source, new FileSnapshotStore(store));
        await trainer.RunAsync(null, stopping);
        return joiner.Status;

        LogFiles Log(string name) => LogFiles.Rotating(Path.Combine(folder, $"{name}.jsonl"));
    }
}
// </page>
