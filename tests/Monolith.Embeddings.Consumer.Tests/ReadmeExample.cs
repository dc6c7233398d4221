// README.md shows what stands between the two marks, to the letter; ReadmeTests holds that.
// <readme>
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

public record struct Click(long User, long Item, long[] Recent, bool Clicked, DateTimeOffset Time);

public static class Recommender
{
    public static async Task<TrainingProgress> TrainAsync(
        Func<IEnumerable<Click>> history, IAsyncEnumerable<Click> live, CancellationToken stopping)
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
        var source = ExampleSource.From(history, encoder, batchSize: 64)
            .Then(ExampleSource.From(live, encoder, batchSize: 64, maxDelay: TimeSpan.FromSeconds(5)));
        var trainer = new OnlineTrainer(tables, model, source);
        var progress = new Progress<TrainingProgress>(p => Console.WriteLine($"{p.Examples} examples, AUC {p.Window.Auc:F4}"));
        return await trainer.RunAsync(progress, stopping);
    }
}
// </readme>
