using System.Globalization;
using System.Text.Json;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Joining;

/// <summary>The guide's page on joining shows what is compiled here, and what is compiled here does what the page says.</summary>
public class JoiningPageTests
{
    private static readonly string[] Files = ["Feed", "FeedTraining", "FeedHistory"];
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-03-01T09:30:00Z", CultureInfo.InvariantCulture);
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("joining-guide");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here()
    {
        var compiled = Files.Select(file => RepositoryFiles.Between(
            RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", "Guide", "Joining", $"{file}.cs"),
            "// <page>\n", "// </page>"));
        var page = RepositoryFiles.Read("docs", "guide", "impressions-and-clicks.md");
        Assert.That(RepositoryFiles.Blocks(page, "csharp"), Is.EqualTo(compiled));
    }

    [Test]
    public async Task Two_logs_are_joined_and_a_second_run_goes_on_with_what_waits()
    {
        // Ten requests a minute of five items each; the third of each request is clicked, half a minute later.
        Write(0, 300);
        var store = Path.Combine(_folder.FullName, "store");
        using (var stop = new CancellationTokenSource())
        {
            var first = FeedTraining.RunAsync(_folder.FullName, store, follow: true, stopping: stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(2));
            await stop.CancelAsync();
            Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), () => first);
        }
        Write(300, 600);
        var status = await FeedTraining.RunAsync(_folder.FullName, store, follow: false);
        // A window, and the allowed lateness, lie between the last request and the last one that is closed; 100 requests are in a window.
        Assert.That((status.Joined, status.Defaults), Is.EqualTo((494L, 1976L)));
        Assert.That((status.Unmatched, status.Late, status.Duplicates, status.OpenImpressions), Is.EqualTo((0L, 0L, 0L, 500L)));
        Write(600, 900);
        status = await FeedTraining.RunAsync(_folder.FullName, store, follow: false);
        Assert.That((status.Joined, status.Defaults, status.Late), Is.EqualTo((794L, 3176L, 0L)), "it went on behind the end");
    }

    [Test]
    public async Task A_history_is_learned_before_the_joiner_and_once()
    {
        Write(0, 300);
        var (store, read) = (Path.Combine(_folder.FullName, "store"), 0);
        var status = await FeedTraining.RunAsync(_folder.FullName, store, follow: false, FeedHistory.Of(Past));
        Assert.That((status.Joined, status.Defaults, read), Is.EqualTo((194L, 776L, 1000)));
        Assert.That(await RowsAsync(store), Is.EqualTo(1000 + 970), "items, each shown once");
        Write(300, 600);
        status = await FeedTraining.RunAsync(_folder.FullName, store, follow: false, FeedHistory.Of(Past));
        Assert.That((status.Joined, status.Defaults, read), Is.EqualTo((494L, 1976L, 1000)), "the history is not read again");

        IEnumerable<PastImpression> Past()
        {
            for (var i = 0; i < 1000; i++, read++)
                yield return new(new Impression(-i, i % 40, -1 - i, 1 + (i % 5), Start.AddDays(-1).AddSeconds(i)), i % 5 == 2);
        }
    }

    [Test]
    public async Task A_store_of_a_first_model_is_refused_with_what_to_do()
    {
        Write(0, 300);
        var (feed, store) = (new FeedModel(), Path.Combine(_folder.FullName, "store"));
        using (var tables = new EmbeddingTableSet(feed.Schema, new() { Seed = 1 }))
        {
            using var model = feed.CreateModel();
            var source = FeedHistory.Of(() => [new(new Impression(1, 1, 1, 1, Start), true)]);
            await using var trainer = new OnlineTrainer(tables, model, source, new FileSnapshotStore(store));
            await trainer.RunAsync();
        }
        var error = Assert.CatchAsync(() => FeedTraining.RunAsync(_folder.FullName, store, follow: false))!;
        while (error is not ArgumentException && error.InnerException is { } inner) error = inner;
        Assert.That(error.Message, Does.Contain("not made by a joiner")
            .And.Contains("another store").And.Contains("history.Then(next)").And.Contains("WarmStart"));
    }

    private static async Task<long> RowsAsync(string store)
    {
        var feed = new FeedModel();
        using var tables = new EmbeddingTableSet(feed.Schema, new() { Seed = 1 });
        await WarmStart.LoadAsync(new FileSnapshotStore(store), tables);
        return tables["items"].Count;
    }

    private void Write(int first, int end)
    {
        var (shown, clicks) = (new List<string>(), new List<string>());
        for (var request = first; request < end; request++)
        {
            var at = Start.AddSeconds(6 * request);
            for (var place = 1; place <= 5; place++)
            {
                var impression = new Impression(request, request % 40, (7 * request) + place, place, at);
                shown.Add(JsonSerializer.Serialize(impression, FeedJson.Default.Impression));
            }
            clicks.Add(JsonSerializer.Serialize(new ItemClick(request, (7 * request) + 3, at.AddSeconds(30)), FeedJson.Default.ItemClick));
        }
        File.AppendAllLines(Path.Combine(_folder.FullName, "shown.jsonl"), shown);
        File.AppendAllLines(Path.Combine(_folder.FullName, "clicks.jsonl"), clicks);
    }
}
