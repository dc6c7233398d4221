using System.Globalization;
using System.Xml.Linq;
using Programs.Tests;

namespace OnlineTraining.Tests;

/// <summary>The sample on each kind of data, small.</summary>
[NonParallelizable]
public class RunTests
{
    [Test]
    public async Task The_synthetic_stream_runs_without_files_and_draws_a_plot()
    {
        using var files = new SampleFiles();
        var plot = files.Path("auc.svg");
        var result = await SampleProgram.RunAsync("--events", "20000", "--window", "2000", "--plot", plot, "--profile");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("synthetic"));
        Assert.That(result.Output, Does.Contain("DeepFM, collisionless")
            .And.Contain("running mean of the item").And.Contain("DeepFM, hashed into"));
        Assert.That(result.Output, Does.Contain("lookup and pooling").And.Contain("forward").And.Contain("backward"));
        Assert.That(result.Output, Does.Not.Contain('\r'), "in a pipe each report is a line of its own");
        foreach (var drawn in (string[])[plot, files.Path("auc-dark.svg")])
        {
            Assert.That(result.Output, Does.Contain(drawn));
            Assert.That(Lines(drawn).Select(Points), Is.All.EqualTo(10), "three contestants, ten windows");
            Assert.That(Lines(drawn), Has.Length.EqualTo(3));
        }
    }

    [Test]
    public async Task Fewer_events_than_a_window_are_a_point_each_and_a_PNG_is_drawn_too()
    {
        using var files = new SampleFiles();
        var result = await SampleProgram.RunAsync("--events", "500", "--window", "2000", "--plot", files.Path("auc.png"));
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(File.ReadAllBytes(files.Path("auc.png")).Take(4), Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));
        Assert.That(File.Exists(files.Path("auc-dark.png")));
    }

    [Test]
    public async Task What_cannot_be_drawn_is_said()
    {
        using var files = new SampleFiles();
        var path = files.Write("ratings.dat", SampleFiles.Ratings("::", 300, 9, 9));
        var result = await SampleProgram.RunAsync(
            "--data", path, "--format", "movietweetings", "--hashed-rows", "0", "--plot", files.Path("auc.svg"));
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("Plot: none, since no window has both labels"));
    }

    [TestCase("movietweetings", 100)]
    [TestCase("criteo", 100)]
    public async Task The_first_events_of_a_file_are_all_that_is_learned_where_the_user_says_so(string format, int events)
    {
        using var files = new SampleFiles();
        var path = format == "criteo" ? files.Write("train.txt", SampleFiles.Criteo(500))
            : files.Write("ratings.dat", SampleFiles.Ratings("::", 500, 9, 3));
        var result = await SampleProgram.RunAsync("--data", path, "--format", format, "--events", $"{events}", "--hashed-rows", "0");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Scored(result, ", collisionless"), Is.EqualTo(events));
    }

    [TestCase("movietweetings", "::", 9f, 3f, "")]
    [TestCase("movielens", "::", 5f, 1.5f, "")]
    [TestCase("movielens-csv", ",", 4.5f, 1f, "userId,movieId,rating,timestamp\n")]
    public async Task Ratings_of_each_format_are_learned(string format, string separator, float high, float low, string header)
    {
        using var files = new SampleFiles();
        files.WriteGzip("ratings.gz", SampleFiles.Ratings(separator, 3000, high, low, header));
        var result = await SampleProgram.RunAsync("--data", files.Folder, "--format", format, "--window", "1000", "--model", "logistic");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Auc(result, "logistic regression, collisionless"), Is.GreaterThan(0.9), "the user decides");
        Assert.That(Auc(result, "running mean of the item"), Is.LessThan(0.6), "the item does not");
    }

    [TestCase("deepfm")]
    [TestCase("fm")]
    public async Task Criteo_rows_are_learned(string model)
    {
        using var files = new SampleFiles();
        var path = files.Write("train.txt", SampleFiles.Criteo(2000));
        var result = await SampleProgram.RunAsync(
            "--data", path, "--format", "criteo", "--model", model, "--hashed-rows", "0", "--window", "500");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Auc(result, ", collisionless"), Is.GreaterThan(0.9));
        Assert.That(result.Output, Does.Not.Contain("hashed into"));
    }

    [Test]
    public async Task Rows_that_are_rare_or_stale_have_no_place()
    {
        var all = await SampleProgram.RunAsync("--events", "60000", "--hashed-rows", "0");
        var few = await SampleProgram.RunAsync(
            "--events", "60000", "--hashed-rows", "0", "--min-occurrences", "5", "--time-to-live", "0.005");
        Assert.That(Evicted(all), Is.Zero);
        Assert.That(Evicted(few), Is.GreaterThan(0));
    }

    // Drawn as paths, each in the colour of its contestant; those of the legend have two points.
    private static string[] Lines(string plot) =>
    [
        .. from element in XDocument.Load(plot).Descendants()
           where element.Name.LocalName == "path" && (string?)element.Attribute("stroke-width") == "2"
           let path = (string)element.Attribute("d")!
           where Points(path) > 2
           select path,
    ];

    private static int Points(string path) => path.Count(c => c is 'M' or 'L');

    private static double Auc(ProgramRun result, string name) => double.Parse(Cell(result, name, 2), CultureInfo.InvariantCulture);

    private static int Scored(ProgramRun result, string name) =>
        int.Parse(Cell(result, name, 1), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Cell(ProgramRun result, string name, int column) => result.Output.Split('\n')
        .First(line => line.Contains(name, StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries)[column];

    private static long Evicted(ProgramRun result) =>
        long.Parse(result.Output.Split('\n').Last(line => line.Contains("evicted", StringComparison.Ordinal)).Split("evicted")[1],
            NumberStyles.AllowThousands | NumberStyles.AllowLeadingWhite,
            CultureInfo.InvariantCulture);
}
