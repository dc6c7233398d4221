using System.Text.Json;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Consumer.Tests.Guide.Sources;

/// <summary>The guide's page on sources shows what is compiled here, and what is compiled here does what the page says.</summary>
public class SourcesPageTests
{
    private static readonly string[] Files = ["Visits", "CarefulVisits", "RawVisits", "Sales"];

    private readonly VisitModel _shop = new();
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sources-guide");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("sources", "Sources", Files);

    [Test]
    public async Task The_past_is_read_and_then_what_comes()
    {
        Write("visits-9.jsonl", 0, 100);
        Write("visits-10.jsonl", 100, 100);
        Write("live.jsonl.1", 200, 50);
        Write("live.jsonl", 250, 78);
        var source = Visits.All(_folder.FullName, PathOf("live.jsonl"), _shop);
        var (read, position) = await ReadAsync(source, default, 192);
        Assert.That(read, Is.EqualTo(Enumerable.Range(0, 192)));
        (read, _) = await ReadAsync(Visits.All(_folder.FullName, PathOf("live.jsonl"), _shop), position, 136);
        Assert.That(read, Is.EqualTo(Enumerable.Range(192, 136)), "a new source goes on where the other stopped");
    }

    [Test]
    public async Task What_goes_wrong_is_said()
    {
        using var log = new StringWriter();
        Write("visits-2.jsonl", 0, 1);
        File.AppendAllText(PathOf("visits-2.jsonl"), "{\n");
        File.AppendAllText(PathOf("visits-2.jsonl"), new string('x', 10_001) + "\n");
        Write("visits-2.jsonl", 1, 63);
        Write("visits-3.jsonl", 64, 64);
        var source = CarefulVisits.Open(_folder.FullName, _shop, log);
        await using var batches = source.ReadAsync(default, CancellationToken.None).GetAsyncEnumerator();
        for (var batch = 0; batch < 2; batch++)
        {
            Assert.That(await batches.MoveNextAsync(), Is.True);
            batches.Current.Dispose();
        }
        Write("visits-1.jsonl", 900, 64);
        Write("visits-4.jsonl", 128, 64);
        Assert.That(await batches.MoveNextAsync(), Is.True);
        Assert.That(batches.Current.Ids(_shop.User)[0], Is.EqualTo(128));
        var position = batches.Current.Position;
        batches.Current.Dispose();
        Assert.That(log.ToString(), Does.Contain("visits-2.jsonl, line 2, offset ").And.Contain("visits-2.jsonl, line 3, offset ")
            .And.Contain("longer than 10000 bytes").And.Contain("visits-1.jsonl came too late"));
        File.Delete(PathOf("visits-4.jsonl"));
        Write("visits-4.jsonl", 500, 64);
        var (read, _) = await ReadAsync(CarefulVisits.Open(_folder.FullName, _shop, log), position, 64);
        Assert.That(read, Is.EqualTo(Enumerable.Range(500, 64)));
    }

    [Test]
    public async Task Bytes_and_rows_are_read()
    {
        Write("raw.jsonl", 0, 70);
        Assert.That((await ReadAsync(RawVisits.Open(PathOf("raw.jsonl"), _shop), default, 70)).Read, Is.EqualTo(Enumerable.Range(0, 70)));
        var rows = Enumerable.Range(0, 70).Select(i => $"2026-03-01T09:30:00Z,{i},7,1");
        File.WriteAllLines(PathOf("sales.csv"), rows.Prepend("at,user,item,bought"));
        Assert.That((await ReadAsync(Sales.Open(PathOf("sales.csv"), _shop), default, 70)).Read, Is.EqualTo(Enumerable.Range(0, 70)));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, int first, int count) => File.AppendAllLines(PathOf(name), Enumerable.Range(first, count).Select(i =>
        JsonSerializer.Serialize(new Visit(i, 7, true, DateTimeOffset.UnixEpoch.AddSeconds(i)), VisitJson.Default.Visit)));

    private async Task<(List<long> Read, StreamPosition Position)> ReadAsync(ExampleSource source, StreamPosition from, int count)
    {
        var (read, position) = (new List<long>(), from);
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None))
        {
            read.AddRange(batch.Ids(_shop.User).ToArray());
            position = batch.Position;
            batch.Dispose();
            if (read.Count >= count) break;
        }
        return (read, position);
    }
}
