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
        var lines = XDocument.Load(plot).Descendants().Where(element => element.Name.LocalName == "polyline").ToArray();
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines.Select(line => line.Attribute("points")!.Value.Split(' ').Length), Is.All.EqualTo(10));
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

    private static double Auc(ProgramRun result, string name) =>
        double.Parse(
            result.Output.Split('\n')
            .First(line => line.Contains(name, StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries)[2],
            System.Globalization.CultureInfo.InvariantCulture);

    private static long Evicted(ProgramRun result) =>
        long.Parse(result.Output.Split('\n').Last(line => line.Contains("evicted", StringComparison.Ordinal)).Split("evicted")[1],
            System.Globalization.NumberStyles.AllowThousands | System.Globalization.NumberStyles.AllowLeadingWhite,
            System.Globalization.CultureInfo.InvariantCulture);
}
