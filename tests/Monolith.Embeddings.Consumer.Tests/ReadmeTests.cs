using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Tables;

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
    public async Task The_code_trains_on_history_and_then_on_the_stream()
    {
        var report = await Recommender.TrainAsync(() => Clicks(0, 2000), Live(2000, 3000), CancellationToken.None);
        Assert.That(report.Examples, Is.EqualTo(5000));
        Assert.That(report.Rows, Is.GreaterThan(0));
        Assert.That(report.Total.Auc, Is.GreaterThan(0.7), "even users click, and odd ones do not");
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

    private static async IAsyncEnumerable<Click> Live(int first, int count)
    {
        foreach (var click in Clicks(first, count))
        {
            if (click.Item == 0) await Task.Yield();
            yield return click;
        }
    }
}
