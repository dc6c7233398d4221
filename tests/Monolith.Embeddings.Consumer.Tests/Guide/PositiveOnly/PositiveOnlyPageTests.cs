using System.Globalization;
using System.Text.RegularExpressions;
using Monolith.Embeddings.Features;
using Programs.Tests;

namespace Monolith.Embeddings.Consumer.Tests.Guide.PositiveOnly;

/// <summary>The guide's page on clicks alone shows what is compiled here, and its commands do what the page says.</summary>
[NonParallelizable]
public partial class PositiveOnlyPageTests
{
    private const string Run = "dotnet run -- ";
    private const int Clicks = 8_000;

    private string _before = "";
    private DirectoryInfo _folder = null!;

    private static string Page => RepositoryFiles.Read("docs", "guide", "positive-only.md");

    [SetUp]
    public void MakeFolder()
    {
        (_folder, _before) = (Directory.CreateTempSubdirectory("positive-only"), Environment.CurrentDirectory);
        Environment.CurrentDirectory = _folder.FullName;
    }

    [TearDown]
    public void DeleteFolder()
    {
        Environment.CurrentDirectory = _before;
        _folder.Delete(recursive: true);
    }

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here_in_at_most_80_lines()
    {
        var shown = RepositoryFiles.Blocks(Page, "csharp");
        Assert.That(shown, Is.EqualTo(Compiled("Afternoon").Concat(Compiled("AfternoonProgram").Select(block => block.TrimStart(' ')))));
        var lines = shown.SelectMany(block => block.Split('\n')).Select(line => line.Trim());
        Assert.That(lines.Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)), Is.LessThanOrEqualTo(80));
    }

    [Test]
    public async Task The_model_ranks_better_than_best_sellers_and_serves_the_kind_that_the_user_likes_now()
    {
        Write(Clicks);
        var report = Reports().Matches(await RunAsync("train")).Single();
        Assert.That(Number(report, 1), Is.GreaterThan(0.5));
        Assert.That(Number(report, 2), Is.EqualTo(ShopLog.BestSellers(Clicks)).Within(0.00051), "by a plain count");
        var seen = Seen("user-42");
        using var console = new CapturedConsole();
        await new Afternoon().TopAsync("clicks.csv", "store", "user-42", mayComeAgain: true);
        var kind = seen[^1][..(seen[^1].LastIndexOf('-') + 1)];
        Assert.That(Items(console.Output).Take(5), Has.All.StartsWith(kind));
    }

    [Test]
    public async Task What_was_clicked_is_not_shown()
    {
        Write(Clicks);
        await RunAsync("train");
        Assert.That(Command("top")[3], Is.EqualTo("user-42"));
        var shown = Items(await RunAsync("top"));
        Assert.That(shown, Has.Length.EqualTo(20));
        Assert.That(shown.Intersect(Seen("user-42")), Is.Empty);
    }

    [Test]
    public async Task A_second_run_goes_on_as_if_there_had_been_one()
    {
        Write(Clicks / 2);
        await RunAsync("train");
        Write(Clicks);
        var second = Reports().Match(await RunAsync("train"));
        var inTwo = await RunAsync("top");
        Directory.Delete("store", recursive: true);
        await RunAsync("train");
        Assert.That(inTwo, Is.EqualTo(await RunAsync("top")), "the same bits");
        var bestSellers = 2 * ShopLog.BestSellers(Clicks) - ShopLog.BestSellers(Clicks / 2);
        Assert.That(Number(second, 2), Is.EqualTo(bestSellers).Within(0.00051), "of the clicks of the second run alone");
        Assert.That(await RunAsync("train"), Does.Contain(": no click is new").And.Not.Contains("NaN"), "a run that finds nothing new");
    }

    [Test]
    public void Each_click_comes_with_the_items_that_its_user_clicked_at_earlier_times()
    {
        var lines = ShopLog.Lines(2000).Select(line => line.Split(',')).ToArray();
        // Baskets: the clicks of a user within an hour have one time.
        foreach (var line in lines) line[2] = string.Concat(line[2].AsSpan(0, 13), ":00");
        File.WriteAllLines("clicks.csv", lines.Select(line => string.Join(',', line)).Prepend("user,item,time"));
        foreach (var (place, click) in new ClickLog("clicks.csv").Read().Index())
        {
            var before = lines.Take(place).Where(line => line[0] == lines[place][0] && line[2] != lines[place][2]);
            Assert.That(click.Recent, Is.EqualTo(before.Select(line => FeatureId.OfText(line[1])).TakeLast(5)), $"click {place}");
        }
    }

    private static IEnumerable<string> Compiled(string file) =>
        RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", "Guide", "PositiveOnly", $"{file}.cs")
            .Split("// <page>\n").Skip(1).Select(rest => rest[..rest.IndexOf("// </page>", StringComparison.Ordinal)].TrimEnd(' '));

    private static void Write(int clicks) => File.WriteAllLines("clicks.csv", ShopLog.Lines(clicks).Prepend("user,item,time"));

    private static string[] Seen(string user) =>
        [.. File.ReadLines("clicks.csv").Select(line => line.Split(',')).Where(fields => fields[0] == user).Select(fields => fields[1])];

    private static string[] Items(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];

    private static double Number(Match report, int group) => double.Parse(report.Groups[group].Value, CultureInfo.InvariantCulture);

    private static string[] Command(string verb) =>
        Page.Split('\n').First(line => line.StartsWith(Run + verb, StringComparison.Ordinal))[Run.Length..].Split(' ');

    private static async Task<string> RunAsync(string verb)
    {
        using var console = new CapturedConsole();
        await AfternoonProgram.RunAsync(Command(verb));
        // Progress is reported on other threads.
        await Task.Delay(200);
        return console.Output;
    }

    [GeneratedRegex("^[0-9-]+: recall@20 ([0-9.]+), best-sellers ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Reports();
}
