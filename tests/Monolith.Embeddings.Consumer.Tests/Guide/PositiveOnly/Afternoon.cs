// docs/guide/positive-only.md shows what stands between the marks, to the letter; PositiveOnlyPageTests holds that.
// <page>
using System.Collections.Concurrent;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public sealed record UserClick(long User, long Item, DateTimeOffset At, long[] Recent);

/// <summary>Reads a log in the order of time, and keeps what each user has clicked.</summary>
public sealed class ClickLog(string path)
{
    private readonly Dictionary<long, (DateTimeOffset At, int Before, List<long> Items)> _users = [];
    private readonly Queue<(DateTimeOffset At, long Item)> _week = [];
    private readonly Dictionary<long, int> _clicks = [];

    public Dictionary<long, string> Names { get; } = [];
    public ConcurrentQueue<bool> BestSellers { get; } = [];
    public IEnumerable<UserClick> Read() => new CsvReader<UserClick>(["user", "item", "time"], row => Note(row)).Read(path);
    public long[] ItemsOf(long user) => _users.TryGetValue(user, out var known) ? [.. known.Items] : [];

    private UserClick Note(CsvRow row)
    {
        var (user, item, at) = (FeatureId.OfText(row[0]), FeatureId.OfText(row[1]), row.Time(2));
        Names.TryAdd(item, row.Text(1));
        // Whether it is among the 20 that were clicked most in the seven days before.
        while (_week.TryPeek(out var oldest) && oldest.At < at.AddDays(-7)) _clicks[_week.Dequeue().Item]--;
        _week.Enqueue((at, item));
        var count = _clicks[item] = _clicks.GetValueOrDefault(item) + 1;
        BestSellers.Enqueue(count > 1 && _clicks.Values.Count(other => other >= count) <= 20);
        // What was clicked at one moment, such as the items of a basket, is not known to each other.
        var known = _users.GetValueOrDefault(user, (at, 0, []));
        if (at > known.At) known = (at, known.Items.Count, known.Items);
        (_users[user] = known).Items.Add(item);
        return new UserClick(user, item, at, [.. known.Items[Math.Max(0, known.Before - 5)..known.Before]]);
    }
}
// </page>

// <page>
public sealed class Afternoon
{
    private readonly FeatureSchema _schema;
    private readonly FeatureSlot _user, _item, _recent;
    private readonly LabelTask _clicked;

    public Afternoon()
    {
        var (f, rule) = (new FeatureSchemaBuilder(), new AdagradOptions { LearningRate = 0.2f });
        f.Table("items", row => row.Bias(new AdagradOptions { LearningRate = 0.5f }).Vector(16, rule));
        foreach (var table in new[] { "users", "recent" }) f.Table(table, row => row.Vector(16, rule));
        (_item, _user, _recent) = (f.Slot("item", "items"), f.Slot("user", "users"), f.Slot("recent", "recent", Pooling.Mean));
        (_clicked, _schema) = (f.Task("clicked"), f.Build());
    }

    private FactorizationMachine CreateModel() => new(_schema, new() { Optimizer = new AdagradOptions { LearningRate = 0.5f } });

    /// <summary>Learns what the log has more than the store's newest commit.</summary>
    public async Task TrainAsync(string csv, string store)
    {
        using var tables = new EmbeddingTableSet(_schema, new() { Seed = 1 });
        using var model = CreateModel();
        var encoder = new ExampleEncoder<UserClick>(_schema, (in UserClick click, ExampleWriter writer) => writer
            .Id(_user, click.User).Id(_item, click.Item).Ids(_recent, click.Recent).Label(_clicked, true).At(click.At));
        var (log, options) = (new ClickLog(csv), new OnlineTrainerOptions { WindowExamples = 100_000, Ranking = new() { Item = "item" } });
        var source = ExampleSource.From(() => (log = new ClickLog(csv)).Read(), encoder, batchSize: 4)
            .WithNegatives(new() { Task = _clicked, Item = _item, User = _user, Power = 0.5 });
        await using var trainer = new OnlineTrainer(tables, model, source, new FileSnapshotStore(store), options);
        await trainer.RunAsync(new Progress<TrainingProgress>(report =>
        {
            var (window, end) = (report.RankingWindow!, (int)report.RankingTotal!.Events);
            var best = log.BestSellers.Take(end).TakeLast((int)window.Events).Count(isBest => isBest) / (double)window.Events;
            Console.WriteLine($"{report.NewestEventTime:yyyy-MM-dd}: "
                + (window.Events == 0 ? "no click is new" : $"recall@20 {window.At[0].Recall:F3}, best-sellers {best:F3}"));
        }));
    }

    /// <summary>Writes the 20 items that a user is most likely to click next, among those not clicked yet or among all.</summary>
    public async Task TopAsync(string csv, string store, string user, bool mayComeAgain = false)
    {
        var (log, id) = (new ClickLog(csv), FeatureId.OfText(user));
        _ = log.Read().Count();
        using var model = CreateModel();
        await using var replica = await ModelReplica.OpenAsync(new FileSnapshotStore(store), model);
        using var request = replica.Rent(0);
        var (clicked, ids, scores) = (log.ItemsOf(id), new long[20], new float[20]);
        request.Shared.Id(_user, id).Ids(_recent, clicked.AsSpan(Math.Max(0, clicked.Length - 5)));
        var found = replica.TopK(request, _item, ids, scores, new() { Except = mayComeAgain ? [] : clicked }).Count;
        for (var place = 0; place < found; place++) Console.WriteLine($"{log.Names[ids[place]]} {scores[place]:F2}");
    }
}
// </page>
