using System.Globalization;
using System.Text.RegularExpressions;
using Monolith.Embeddings.Consumer.Tests.Guide.PositiveOnly;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit;
using Programs.Tests;

namespace Monolith.Embeddings.Consumer.Tests.Guide.TwoTowers;

/// <summary>The guide's page on two towers shows what is compiled here; its model keeps the contract, and ranks.</summary>
[NonParallelizable]
public partial class TwoTowersPageTests
{
    private const string Run = "dotnet run -- ";
    // Full batches, so that two runs are cut as one is.
    private const int Clicks = 16 * 512;

    private string _before = "";
    private DirectoryInfo _folder = null!;

    // Its loss is none of one row alone: gradients are compared below.
    private static IEnumerable<ContractCheck> Checks =>
        new OnlineModelContract(schema => new global::TwoTowers(schema)) { CreateSchema = Schema, AllowedAllocation = 0 }.Checks
            .Where(check => !check.Name.Contains("differences of the loss", StringComparison.Ordinal));

    private static string Page => RepositoryFiles.Read("docs", "guide", "two-towers.md");

    [SetUp]
    public void MakeFolder()
    {
        (_folder, _before) = (Directory.CreateTempSubdirectory("two-towers"), Environment.CurrentDirectory);
        Environment.CurrentDirectory = _folder.FullName;
    }

    [TearDown]
    public void DeleteFolder()
    {
        Environment.CurrentDirectory = _before;
        _folder.Delete(recursive: true);
    }

    [TestCaseSource(nameof(Checks))]
    public void The_model_keeps_what_trainers_and_replicas_expect(ContractCheck check) => check.Run();

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        Assert.That(RepositoryFiles.Blocks(Page, "csharp"), Is.EqualTo(
            Compiled("TwoTowers").Concat(Compiled("TowerShop")).Concat(Compiled("TowerProgram").Select(block => block.TrimStart(' ')))));

    [Test]
    public async Task It_ranks_better_than_best_sellers_and_serves_the_kind_that_the_user_likes_now()
    {
        File.WriteAllLines("clicks.csv", ShopLog.Lines(Clicks).Prepend("user,item,time"));
        var report = Reports().Matches(await RunAsync("train")).Last();
        Assert.That(double.Parse(report.Groups[1].Value, CultureInfo.InvariantCulture), Is.GreaterThan(2 * ShopLog.BestSellers(Clicks)));
        Assert.That(double.Parse(report.Groups[2].Value, CultureInfo.InvariantCulture),
            Is.EqualTo(ShopLog.BestSellers(Clicks)).Within(0.00051), "by a plain count");
        Assert.That(await RunAsync("train"), Does.Contain(": no click is new").And.Not.Contains("NaN"));
        var seen = File.ReadLines("clicks.csv").Last(line => line.StartsWith("user-42,", StringComparison.Ordinal)).Split(',')[1];
        var top = (await RunAsync("top")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(top, Has.Length.EqualTo(20));
        Assert.That(top.Take(5), Has.All.StartsWith(seen[..(seen.LastIndexOf('-') + 1)]));
    }

    [Test]
    public async Task A_second_run_goes_on_as_if_there_had_been_one()
    {
        File.WriteAllLines("clicks.csv", ShopLog.Lines(Clicks / 2).Prepend("user,item,time"));
        await RunAsync("train");
        File.WriteAllLines("clicks.csv", ShopLog.Lines(Clicks).Prepend("user,item,time"));
        await RunAsync("train");
        var inTwo = await RunAsync("top");
        Directory.Delete("store", recursive: true);
        await RunAsync("train");
        Assert.That(inTwo, Is.EqualTo(await RunAsync("top")), "the same bits");
    }

    private static FeatureSchema Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Bias(new SgdOptions()).Vector(4, new SgdOptions()));
        foreach (var table in new[] { "users", "recent" }) f.Table(table, row => row.Vector(4, new SgdOptions()));
        foreach (var (slot, table) in new[] { ("item", "items"), ("user", "users"), ("recent", "recent") })
            f.Slot(slot, table, Pooling.Sum, maxIds: 1);
        f.Task("clicked");
        return f.Build();
    }

    private static IEnumerable<string> Compiled(string file) =>
        RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", "Guide", "TwoTowers", $"{file}.cs")
            .Split("// <page>\n").Skip(1).Select(rest => rest[..rest.IndexOf("// </page>", StringComparison.Ordinal)].TrimEnd(' '));

    private static string[] Command(string verb) =>
        Page.Split('\n').First(line => line.StartsWith(Run + verb, StringComparison.Ordinal))[Run.Length..].Split(' ');

    private static async Task<string> RunAsync(string verb)
    {
        using var console = new CapturedConsole();
        await TowerProgram.RunAsync(Command(verb));
        // Progress is reported on other threads.
        await Task.Delay(200);
        return console.Output;
    }

    [GeneratedRegex(@"^[0-9-]+: recall@20 [0-9.]+, best-sellers [0-9.]+; so far ([0-9.]+), best-sellers ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Reports();
}
