using System.Globalization;

namespace PositiveOnly.Tests;

/// <summary>The program in small: its tables are whole, and models that learn beat best-sellers.</summary>
public class ReportTests
{
    [Test]
    public async Task The_guides_model_beats_best_sellers_and_predicts_the_labels()
    {
        using var writer = new StringWriter();
        await Report.RetailAsync(writer, MadeUpLog.Of(6000), seeds: 2);
        var rows = Rows(writer.ToString());
        Assert.That(Number(rows, "FM, the guide's", 3), Is.GreaterThan(1.7));
        Assert.That(Number(rows, "best-sellers of 7 days", 3), Is.EqualTo(1));
        Assert.That(rows.Count(row => row[1].StartsWith("decile", StringComparison.Ordinal)), Is.EqualTo(20),
            "of the guide's model, and of one without negatives of items that are gone");
        var days = rows.Where(row => row[1].StartsWith("2026-", StringComparison.Ordinal)).ToArray();
        Assert.That(days, Has.Length.InRange(7, 10), "the last fifth of 41 days");
        Assert.That(days.Average(row => double.Parse(row[5], CultureInfo.InvariantCulture)), Is.EqualTo(1).Within(0.1));
        Assert.That(days.Average(row => double.Parse(row[3], CultureInfo.InvariantCulture)), Is.EqualTo(1 / 6.0).Within(0.001));
    }

    [Test]
    public async Task Sessions_are_ranked_by_every_entrant()
    {
        using var writer = new StringWriter();
        await Report.SessionsAsync(writer, MadeUpLog.Of(12_000), everyNth: 5, deepEveryNth: 20);
        var rows = Rows(writer.ToString()).Skip(1).ToArray();
        Assert.That(rows, Has.Length.EqualTo(8));
        foreach (var row in rows.Skip(2))
            Assert.That(double.Parse(row[2], CultureInfo.InvariantCulture), Is.InRange(0.3, 1), row[1]);
    }

    [Test]
    public void What_is_measured_is_set_as_in_the_guide()
    {
        var (guide, settings) = (File.ReadAllText(Path.Combine(Root(), "docs", "guide", "positive-only.md")), new Settings());
        string[] shown =
        [
            $"rule) = (new FeatureSchemaBuilder(), new AdagradOptions {{ LearningRate = {settings.Rate}f }})",
            $"row.Bias(new AdagradOptions {{ LearningRate = {settings.BiasRate}f }}).Vector({settings.Dimension}, rule)",
            $"Optimizer = new AdagradOptions {{ LearningRate = {settings.DenseRate}f }}", $"batchSize: {settings.BatchSize})",
            $"Power = {settings.Power} }}", $"known.Before - {settings.Recent})",
        ];
        foreach (var part in shown) Assert.That(guide, Does.Contain(part));
        Assert.That((settings.Negatives, settings.Window), Is.EqualTo((5, 20)), "the sampler's defaults");
    }

    private static string[][] Rows(string report) => [.. report.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray())];

    private static double Number(string[][] rows, string name, int column) =>
        double.Parse(rows.Single(row => row[1] == name)[column], CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Monolith.Embeddings.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
