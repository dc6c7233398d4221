// docs/guide/two-towers.md shows what stands between the marks, to the letter; TwoTowersPageTests holds that.
// <page>
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

/// <summary>Learns two towers from a log of clicks, and finds a user's best items.</summary>
public sealed class TowerShop
{
    private readonly FeatureSchema _schema;
    private readonly FeatureSlot _user, _item, _recent;
    private readonly LabelTask _clicked;

    public TowerShop()
    {
        var (f, rule) = (new FeatureSchemaBuilder(), new AdagradOptions { LearningRate = 0.3f });
        f.Table("items", row => row.Bias(new AdagradOptions { LearningRate = 0.3f }).Vector(16, rule));
        foreach (var table in new[] { "users", "recent" }) f.Table(table, row => row.Vector(16, rule));
        (_item, _user, _recent) = (f.Slot("item", "items"), f.Slot("user", "users"), f.Slot("recent", "recent", Pooling.Mean));
        (_clicked, _schema) = (f.Task("clicked"), f.Build());
    }

    /// <summary>Learns what the log has more than the store's newest commit.</summary>
    public async Task TrainAsync(string csv, string store)
    {
        using var tables = new EmbeddingTableSet(_schema, new() { Seed = 1 });
        using var model = new TwoTowers(_schema);
        var encoder = new ExampleEncoder<UserClick>(_schema, (in UserClick click, ExampleWriter writer) => writer
            .Id(_user, click.User).Id(_item, click.Item).Ids(_recent, click.Recent).Label(_clicked, true).At(click.At));
        var log = new ClickLog(csv);
        var source = ExampleSource.From(() => (log = new ClickLog(csv)).Read(), encoder, batchSize: 512);
        var options = new OnlineTrainerOptions { WindowExamples = 20_000, Ranking = new() { Item = "item" } };
        await using var trainer = new OnlineTrainer(tables, model, source, new FileSnapshotStore(store), options);
        await trainer.RunAsync(new Progress<TrainingProgress>(report => Console.WriteLine(Text(report, log))));
    }

    // Recall, and what the 20 best-sellers of the seven days before would have had: of this window, and of all clicks so far.
    private static string Text(TrainingProgress report, ClickLog log)
    {
        var (window, total) = (report.RankingWindow!, report.RankingTotal!);
        if (window.Events == 0) return $"{report.NewestEventTime:yyyy-MM-dd}: no click is new";
        var best = log.BestSellers.Take((int)total.Events).ToArray();
        return $"{report.NewestEventTime:yyyy-MM-dd}: recall@20 {window.At[0].Recall:F3}, "
            + $"best-sellers {best.TakeLast((int)window.Events).Average(isBest => isBest ? 1.0 : 0):F3}; "
            + $"so far {total.At[0].Recall:F3}, best-sellers {best.Average(isBest => isBest ? 1.0 : 0):F3}";
    }

    /// <summary>Writes the 20 items that a user is most likely to click next.</summary>
    public async Task TopAsync(string csv, string store, string user)
    {
        var (log, id) = (new ClickLog(csv), FeatureId.OfText(user));
        _ = log.Read().Count();
        using var model = new TwoTowers(_schema);
        await using var replica = await ModelReplica.OpenAsync(new FileSnapshotStore(store), model);
        using var request = replica.Rent(0);
        var (clicked, ids, scores) = (log.ItemsOf(id), new long[20], new float[20]);
        request.Shared.Id(_user, id).Ids(_recent, clicked.AsSpan(Math.Max(0, clicked.Length - 5)));
        var found = replica.TopK(request, _item, ids, scores).Count;
        for (var place = 0; place < found; place++) Console.WriteLine($"{log.Names[ids[place]]} {scores[place]:F2}");
    }
}
// </page>
