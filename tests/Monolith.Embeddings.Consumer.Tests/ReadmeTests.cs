using System.Text.Json;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests;

public class ReadmeTests
{
    [TestCase("ReadmeExample.cs", 0)]
    [TestCase("ReadmeWhy.cs", 1)]
    public void The_readme_shows_the_code_that_is_compiled_here(string file, int place)
    {
        var code = RepositoryFiles.Between(
            RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", file), "// <readme>\n", "// </readme>");
        Assert.That(RepositoryFiles.Blocks(RepositoryFiles.Read("README.md"), "csharp")[place], Is.EqualTo(code));
    }

    [Test]
    public void The_names_of_a_click_are_read_in_any_case_and_all_of_them_are_needed()
    {
        const string Line = """{"user":1,"item":7,"recent":[3],"clicked":true,"time":"2026-03-01T09:30:00Z"}""";
        Assert.That(JsonSerializer.Deserialize(Line, ClickJson.Default.Click)!.Item, Is.EqualTo(7));
        var other = Line.Replace("item", "product");
        Assert.That(() => JsonSerializer.Deserialize(other, ClickJson.Default.Click), Throws.TypeOf<JsonException>());
    }

    [Test]
    public async Task The_code_goes_on_where_it_was_stopped_also_after_a_rotation()
    {
        var folder = Directory.CreateTempSubdirectory("readme");
        var (log, store) = (Path.Combine(folder.FullName, "clicks.jsonl"), Path.Combine(folder.FullName, "store"));
        try
        {
            Append(log, 0, 3200);
            await TrainAndStopAsync(log, store);
            Append(log, 3200, 640);
            File.Move(log, log + ".1");
            Append(log, 3840, 1200);
            await TrainAndStopAsync(log, store);
            Append(log, 5040, 60);
            var all = await FinishAsync(log, store);
            Assert.That(all.Examples, Is.EqualTo(5100), "those of the runs that were stopped, and the rest");
            Assert.That(all.Total.Auc, Is.GreaterThan(0.7), "even users click, and odd ones do not");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void The_code_tells_why()
    {
        var options = new EmbeddingTableOptions { Name = "items", Admission = new MinOccurrencesOptions(3) };
        options.Segments.Add(new SegmentOptions { Name = "vector" });
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 24, EventTimeConfirmations = 1 });
        table.Assign([1, 2, 3], [1, 1, 1], eventTime: At.Seconds(1));
        table.LookupOrAdmit([42, 42, 1], [], new float[3], eventTime: At.Seconds(3_000_000));
        using var log = new StringWriter();
        Why.Tell(table, 42, log);
        Assert.That(log.ToString(), Does.Contain("id 42: has no row").And.Contain("2 of 3 occurrences").And.Contain("3 rows, ")
            .And.Contain("30 days to live would free 3 rows").And.Contain("the first is of id"));
    }

    private static IEnumerable<Click> Clicks(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            long user = i * 7919L % 101;
            yield return new Click(user, i % 37, [i % 5, i % 3], user % 2 == 0, DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000 + i));
        }
    }

    // Until a run has committed something new, at the latest at its end.
    private static async Task TrainAndStopAsync(string log, string store)
    {
        var (files, before) = (new FileSnapshotStore(store), 0UL);
        if (await files.ReadManifestAsync() is { } stored) before = NewestOf(stored);
        for (var after = before; after == before; after = NewestOf((await files.ReadManifestAsync())!))
        {
            using var stopping = new CancellationTokenSource();
            var training = Recommender.TrainAsync(log, store, stopping.Token);
            await Task.WhenAny(training, Task.Delay(700));
            await stopping.CancelAsync();
            Assert.That(async () => await training, Throws.InstanceOf<OperationCanceledException>());
        }
    }

    private static ulong NewestOf(StoredManifest stored) => SnapshotManifest.Parse(stored.Bytes.Span).Commits[^1].Number;

    // The readme's code waits for more at the end of the log; this does not.
    private static async Task<TrainingProgress> FinishAsync(string log, string store)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()),
            t => t.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(90)));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(16, new AdagradOptions()), t => t.Admission = new MinOccurrencesOptions(3));
        var (user, item) = (f.Slot("user", "users"), f.Slot("item", "items"));
        var (recent, click) = (f.Slot("recent", "items", Pooling.Mean, maxIds: 50), f.Task("click"));
        var schema = f.Build();
        var encoder = new ExampleEncoder<Click>(schema, (in Click c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Ids(recent, c.Recent).Label(click, c.Clicked).At(c.Time));
        using var tables = new EmbeddingTableSet(schema, new() { Seed = 1, MemoryLimitBytes = 1L << 30 });
        using var model = new DeepFm(schema, new() { Hidden = [64, 32] });
        var source = new JsonLinesSource<Click>(
            LogFiles.Rotating(log), ClickJson.Default.Click, encoder, null, new() { Follow = false });
        await using var trainer = new OnlineTrainer(tables, model, source, new FileSnapshotStore(store));
        return await trainer.RunAsync();
    }

    private static void Append(string log, int first, int count) =>
        File.AppendAllLines(log, Clicks(first, count).Select(click => JsonSerializer.Serialize(click, ClickJson.Default.Click)));
}
