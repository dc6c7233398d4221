// README.md shows what stands between the two marks, to the letter; ReadmeTests holds that.
// <readme>
using System.Text.Json.Serialization;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public sealed record Click(long User, long Item, long[] Recent, bool Clicked, DateTimeOffset Time);

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Click))]
public partial class ClickJson : JsonSerializerContext;

public static class Recommender
{
    public static async Task<TrainingProgress> TrainAsync(string log, string store, CancellationToken stopping)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()),
            t => t.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(90)));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()), t => t.Admission = new MinOccurrencesOptions(3));
        var user = f.Slot("user", "users");
        var item = f.Slot("item", "items");
        var recent = f.Slot("recent", "items", Pooling.Mean, maxIds: 50);
        var click = f.Task("click");
        var schema = f.Build();
        var encoder = new ExampleEncoder<Click>(schema, (in Click c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Ids(recent, c.Recent).Label(click, c.Clicked).At(c.Time));

        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1L << 30 });
        using var model = new DeepFm(schema, new() { Hidden = [64, 32] });
        // A line of JSON for each click, appended by whatever shows the items; rotated and packed files before it are read first.
        var source = new JsonLinesSource<Click>(
            LogFiles.Rotating(log), ClickJson.Default.Click, encoder, new() { MaxDelay = TimeSpan.FromSeconds(5) });
        await using var trainer = new OnlineTrainer(tables, model, source, new FileSnapshotStore(store));
        var progress = new Progress<TrainingProgress>(p => Console.WriteLine($"{p.Examples} examples, AUC {p.Window.Auc:F4}"));
        return await trainer.RunAsync(progress, stopping);
    }
}
// </readme>
