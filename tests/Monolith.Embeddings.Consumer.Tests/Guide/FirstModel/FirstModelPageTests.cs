using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Programs.Tests;

namespace Monolith.Embeddings.Consumer.Tests.Guide.FirstModel;

/// <summary>The guide's page on the first model shows what is compiled here, and its commands do what the page says.</summary>
public partial class FirstModelPageTests
{
    private const string Run = "dotnet run -- ";

    private static readonly string[] Files = ["VisitModel", "VisitTraining", "VisitRanking", "VisitCommands"];

    private static string Page => RepositoryFiles.Read("docs", "guide", "first-model.md");

    [Test]
    public void The_page_shows_the_code_that_is_compiled_here() =>
        RepositoryFiles.AssertPageShows("first-model", "FirstModel", Files);

    [Test]
    public void The_lines_of_the_page_are_records()
    {
        foreach (var line in RepositoryFiles.Blocks(Page, "json").Single().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.That(JsonSerializer.Deserialize(line, VisitJson.Default.Visit)!.At.Year, Is.EqualTo(2026));
    }

    [Test]
    public void Names_are_read_in_any_case_and_all_of_them_are_needed()
    {
        const string Line = """{"user":1,"item":7,"clicked":true,"at":"2026-03-01T09:30:00Z"}""";
        Assert.That(JsonSerializer.Deserialize(Line, VisitJson.Default.Visit)!.Item, Is.EqualTo(7));
        var other = Line.Replace("item", "product");
        Assert.That(() => JsonSerializer.Deserialize(other, VisitJson.Default.Visit), Throws.TypeOf<JsonException>());
    }

    [Test, NonParallelizable]
    public async Task The_commands_train_go_on_after_a_rotation_and_rank()
    {
        var (folder, before) = (Directory.CreateTempSubdirectory("first-model"), Environment.CurrentDirectory);
        Environment.CurrentDirectory = folder.FullName;
        try
        {
            Directory.CreateDirectory("logs");
            Append(0, 1500);
            await File.AppendAllTextAsync("logs/clicks.jsonl", "{\"User\":oops}\n");
            Assert.That(await TrainAsync(1500), Is.EqualTo(1500));
            Append(1500, 500);
            File.Move("logs/clicks.jsonl", "logs/clicks.jsonl.1");
            Append(2000, 1000);
            Assert.That(await TrainAsync(3000), Is.EqualTo(3000));
            Assert.That(await File.ReadAllTextAsync("bad.log"),
                Does.StartWith("clicks.jsonl, line 1501, offset ").And.Contain("no JSON of a Visit"));
            using var console = new CapturedConsole();
            await VisitCommands.RunAsync(Command("rank"));
            var ranked = console.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(ranked, Has.Length.EqualTo(3));
            Assert.That(ranked[0], Does.StartWith("7 "), "everybody likes item 7");
        }
        finally
        {
            Environment.CurrentDirectory = before;
            folder.Delete(recursive: true);
        }
    }

    // Stopped again and again: however often that is, each line is learned once.
    private static async Task<int> TrainAsync(int examples)
    {
        while (true)
        {
            using var console = new CapturedConsole();
            using var stopping = new CancellationTokenSource();
            var training = VisitCommands.RunAsync(Command("train"), stopping.Token);
            // A batch that is not full is learned after a second.
            await Task.WhenAny(training, Task.Delay(1300));
            await stopping.CancelAsync();
            await training;
            var learned = int.Parse(Stopped().Match(console.Output).Groups[1].Value, CultureInfo.InvariantCulture);
            if (learned >= examples) return learned;
        }
    }

    private static string[] Command(string verb) =>
        Page.Split('\n').First(line => line.StartsWith(Run + verb, StringComparison.Ordinal))[Run.Length..].Split(' ');

    private static void Append(int first, int count)
    {
        var lines = Enumerable.Range(first, count).Select(i =>
        {
            var item = 5 + (i % 5);
            var visit = new Visit(i % 20, item, item == 7, DateTimeOffset.FromUnixTimeSeconds(1_772_355_600 + i));
            return JsonSerializer.Serialize(visit, VisitJson.Default.Visit);
        });
        File.AppendAllLines("logs/clicks.jsonl", lines);
    }

    [GeneratedRegex("stopped after ([0-9]+) examples")]
    private static partial Regex Stopped();
}
