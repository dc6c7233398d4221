using System.Globalization;
using System.Text;
using OnlineTraining.Tests;
using TorchRecommender.Zoo;

namespace TorchRecommender.Tests;

/// <summary>The sample's runs, small.</summary>
[NonParallelizable]
public class RunTests
{
    [Test]
    public async Task Every_module_learns_beside_the_core_and_serves([ValueSource(nameof(Names))] string model)
    {
        using var files = new SampleFiles();
        var output = await SampleProgram.OutputOfAsync(files, "--model", model);
        Assert.That(Auc(output, $"{model}, TorchSharp", column: 3), Is.GreaterThan(0.8), "the user decides");
        Assert.That(Auc(output, "DeepFM, the core's own", column: 3), Is.GreaterThan(0.8));
        Assert.That(Auc(output, "running mean of the item"), Is.LessThan(0.6), "the item does not");
        Assert.That(output, Does.Match(@"A replica of commit \d+ recommends to user \d+, who liked film \d+"));
        Assert.That(Recommended(output), Has.Length.EqualTo(5).And.Ordered.Descending);
        Assert.That(output, Does.Not.Contain('\r'), "in a pipe each report is a line of its own");
    }

    [Test]
    public async Task Without_the_user_s_items_before_there_is_no_slot_for_them()
    {
        using var files = new SampleFiles();
        var (with, without) = (await SampleProgram.OutputOfAsync(files), await SampleProgram.OutputOfAsync(files, "--history", "0"));
        Assert.That(Auc(without, "dcnv2, TorchSharp", column: 3), Is.GreaterThan(0.8));
        Assert.That(Line(without, "dcnv2, TorchSharp"), Does.Not.Match(@"\s-\s+-\s"));
        Assert.That(Line(without, "dcnv2, TorchSharp"), Is.Not.EqualTo(Line(with, "dcnv2, TorchSharp")));
    }

    [Test]
    public async Task Clicks_are_learned_among_items_that_were_not_clicked()
    {
        using var files = new SampleFiles();
        files.WriteGzip("day_0.txt.gz", Clicks(0, 4000));
        files.Write("day_1.txt", Clicks(4000, 4000));
        var result = await SampleProgram.RunAsync("--data", files.Folder, "--format", "yoochoose", "--hidden", "8", "--dimension", "4",
            "--window", "5000", "--history", "5", "--model", "deepfm");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("yoochoose, 8,000 clicks"));
        // Of two kinds of sessions each clicks items of its own kind.
        Assert.That(Auc(result.Output, "deepfm, TorchSharp", column: 3), Is.GreaterThan(0.7), "second half");
        Assert.That(Line(result.Output, "deepfm, TorchSharp"), Does.Match(@"\s-\s+-\s"), "log-loss and calibration tell of the negatives");
        Assert.That(result.Output, Does.Match(@"recommends to a session that clicked item \d+"));
    }

    [Test]
    public async Task A_store_is_gone_on_with()
    {
        using var files = new SampleFiles();
        var store = files.Path("store");
        var first = await SampleProgram.OutputOfAsync(files, "--store", store, "--events", "800", "--commit-every", "20");
        Assert.That(Scored(first), Is.EqualTo(800));
        var second = await SampleProgram.OutputOfAsync(files, "--store", store, "--commit-every", "20");
        Assert.That(Scored(second), Is.EqualTo(700), "what the store had not learned");
        Assert.That(Directory.GetFiles(store, "*.training"), Is.Not.Empty);
    }

    [Test]
    public async Task One_thread_gives_the_same_table_twice()
    {
        using var files = new SampleFiles();
        var first = Line(await SampleProgram.OutputOfAsync(files), "dcnv2, TorchSharp");
        var second = Line(await SampleProgram.OutputOfAsync(files), "dcnv2, TorchSharp");
        Assert.That(Cells(first).SkipLast(1), Is.EqualTo(Cells(second).SkipLast(1)), "but for the speed");
    }

    [Test]
    public async Task A_plot_has_a_line_for_each_contestant()
    {
        using var files = new SampleFiles();
        var output = await SampleProgram.OutputOfAsync(files, "--plot", files.Path("auc.svg"));
        foreach (var plot in (string[])["auc.svg", "auc-dark.svg"])
        {
            Assert.That(output, Does.Contain(files.Path(plot)));
            Assert.That(File.ReadAllText(files.Path(plot)), Does.Contain("dcnv2, TorchSharp").And.Contain("DeepFM, the core's own"));
        }
    }

    [Test]
    public async Task Modules_are_compared_in_pairs()
    {
        using var files = new SampleFiles();
        var output = await SampleProgram.OutputOfAsync(files, "--compare", "deepfm,dcnv2=0.05", "--seeds", "2");
        Assert.That(Cells(Line(output, "DeepFM, the core's own  ")), Has.Length.EqualTo(8));
        var (deepFm, dcn) = (Cells(Line(output, "deepfm, TorchSharp  ")), Cells(Line(output, "dcnv2, TorchSharp  ")));
        Assert.That((deepFm[1], dcn[1]), Is.EqualTo(("0.02", "0.05")));
        Assert.That(dcn[4], Does.Match(@"^([+-]0\.\d{4}|0\.0000) ± 0\.\d{4}( \*)?$"));
        Assert.That(dcn[6], Does.Match(@"^[012] of 2$"));
        Assert.That(output, Does.Contain("seed 1, ").And.Contain("seed 2, ").And.Not.Contain("seed 3, "));
        var means = Cells(Line(output, "DeepFM, the core's own  "));
        var difference = Mean(dcn[2]) - Mean(means[2]);
        Assert.That(difference, Is.EqualTo(Mean(dcn[4])).Within(2e-4), "each is rounded");
    }

    private static string[] Names() => [.. ZooModels.All.Select(model => model.Name)];

    // Even sessions click items below 20, odd ones those from 20 on.
    private static string Clicks(int from, int count)
    {
        var text = new StringBuilder();
        for (var i = from; i < from + count; i++) text.Append(CultureInfo.InvariantCulture, $"{i / 8} {i / 8 % 2 * 20 + i * 7 % 20}\n");
        return text.ToString();
    }

    private static double[] Recommended(string output) =>
        [.. output.Split("recommends to")[1].Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => Number(line[2..7]))];

    private static double Auc(string output, string name, int column = 2) => Number(Cells(Line(output, name + "  "))[column]);

    private static long Scored(string output) =>
        long.Parse(Cells(Line(output, "dcnv2, TorchSharp  "))[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static double Mean(string cell) => Number(cell.Split(' ')[0]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Line(string output, string name) =>
        output.Split('\n').Last(line => line.StartsWith(name, StringComparison.Ordinal));

    private static string[] Cells(string line) =>
        line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
