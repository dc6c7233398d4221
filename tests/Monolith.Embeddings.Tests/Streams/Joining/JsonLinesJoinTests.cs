using System.Text.Json.Serialization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Joining;

/// <summary>The walk of a user who has two files: what was shown, and what was clicked.</summary>
public partial class JsonLinesJoinTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("join").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Two_files_become_examples()
    {
        var (shown, clicked) = (Path.Combine(_folder, "impressions.jsonl"), Path.Combine(_folder, "clicks.jsonl"));
        await File.WriteAllTextAsync(shown, """
            {"Request":1,"Item":10,"User":5,"Time":"2026-03-01T10:00:00Z"}
            {"Request":1,"Item":11,"User":5,"Time":"2026-03-01T10:00:00Z"}
            {"Request":2,"Item":10,"User":6,"Time":"2026-03-01T10:00:20Z"}
            {"Request":1,"Item":10,"User":5,"Time":"2026-03-01T10:00:00Z"}

            """);
        await File.WriteAllTextAsync(clicked, """
            {"Request":2,"Item":10,"Time":"2026-03-01T10:01:00Z"}
            {"Request":1,"Item":11,"Time":"2026-03-01T10:00:31Z"}
            {"Request":7,"Item":77,"Time":"2026-03-01T10:00:40Z"}

            """);
        var builder = new FeatureSchemaBuilder();
        builder.Table("ids", row => row.Bias(new AdagradOptions()));
        var (user, item, click) = (builder.Slot("user", "ids"), builder.Slot("item", "ids"), builder.Task("click"));
        var encoder = new ExampleEncoder<Shown>(builder.Build(), (in Shown shown, ExampleWriter writer) => writer
            .Id(user, shown.User).Id(item, shown.Item).At(shown.Time, shown.Request));
        using var joiner = new OnlineJoiner<(long, long), Shown, Clicked>(
            JoinKeys.Int64Pair,
            new(encoder, shown => (shown.Request, shown.Item)),
            new(click, clicked => (clicked.Request, clicked.Item), clicked => clicked.Time));
        var files = new FileLogOptions { Follow = false };
        joiner.AddImpressions("impressions", new JsonLinesLog<Shown>(LogFiles.Rotating(shown), ShopJson.Default.Shown, files));
        joiner.AddActions("clicks", new JsonLinesLog<Clicked>(LogFiles.Rotating(clicked), ShopJson.Default.Clicked, files));

        var rows = new List<(long Request, long Item, float Label)>();
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, default))
        {
            for (var row = 0; row < batch.Rows; row++) rows.Add((batch.RequestIds[row], batch.Ids(item)[row], batch.Labels(click)[row]));
            batch.Dispose();
        }
        Assert.That(rows, Is.EqualTo(new[] { (1L, 10L, 0f), (1, 11, 1), (2, 10, 1) }));
        var status = joiner.Status;
        Assert.That((status.Joined, status.Defaults, status.Duplicates, status.Unmatched), Is.EqualTo((2, 1, 1, 1)));
    }

    internal sealed record Shown(long Request, long Item, long User, DateTimeOffset Time);

    internal sealed record Clicked(long Request, long Item, DateTimeOffset Time);

    [JsonSerializable(typeof(Shown))]
    [JsonSerializable(typeof(Clicked))]
    internal sealed partial class ShopJson : JsonSerializerContext;
}
