using System.Text;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>Whatever the culture of the thread, the library writes the same and reads the same.</summary>
[NonParallelizable]
public class CultureTests
{
    private static readonly string[] Cultures = Culture.Names;

    [Test]
    public void Records_say_what_their_lists_hold_and_not_of_which_type_they_are() =>
        Assert.That(RecordTexts.All().Where(text => text.Contains('`') || text.Contains("[]") || text.Contains("System.")), Is.Empty);

    [Test]
    public void What_validation_says_is_invariant([ValueSource(nameof(Cultures))] string culture) =>
        AssertInvariant(culture, OptionTexts.All, 300, "-1234.5 is not");

    [Test]
    public void Messages_of_exceptions_are_invariant([ValueSource(nameof(Cultures))] string culture) =>
        AssertInvariant(culture, ExceptionTexts.All, 30, "-1234.5");

    [Test]
    public void Texts_of_records_are_invariant([ValueSource(nameof(Cultures))] string culture) =>
        AssertInvariant(culture, RecordTexts.All, 25, "Created = 03/04/2026 05:06:07 -01:00");

    [Test]
    public void What_is_logged_is_invariant([ValueSource(nameof(Cultures))] string culture) =>
        AssertInvariant(culture, LogTexts.All, 10, "-1234567");

    [Test]
    public void Exports_and_explanations_are_invariant([ValueSource(nameof(Cultures))] string culture) =>
        AssertInvariant(culture, ExportTexts.All, 5, "-1.5E-20");

    [Test]
    public async Task A_commit_is_named_and_dated_and_restored_in_any_culture([ValueSource(nameof(Cultures))] string culture)
    {
        using var tables = Tables.Filled();
        var store = new MemorySnapshotStore();
        var commit = await Culture.Under(culture, async () =>
        {
            using var chain = await SnapshotChain.OpenAsync(store, tables, timeProvider: new Tables());
            return await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        });
        var manifest = (await store.ReadManifestAsync())!.Bytes;
        Assert.That(Encoding.UTF8.GetString(manifest.Span), Does.Contain("\"2026-03-04T05:06:07"));
        Assert.That((await store.ListAsync()).Select(file => file.Name), Has.All.Match("^[0-9a-z._-]+$"));
        foreach (var reader in Cultures.Append(""))
        {
            using var copy = Culture.Under(reader, Tables.Empty);
            using var chain = await Culture.Under(reader, () => SnapshotChain.OpenAsync(store, copy, timeProvider: new Tables()));
            Assert.That((chain.Newest!.Created, chain.Newest.Number, copy.Count),
                Is.EqualTo((Tables.Now, commit.Number, tables.Count)), reader);
        }
    }

    [Test]
    public void Configuration_is_read_by_one_form([ValueSource(nameof(Cultures))] string culture)
    {
        const string Json = """{ "SEED": 5, "OPTIMIZER": { "TYPE": "ADADELTA", "LEARNINGRATE": "0.05" } }""";
        var model = Culture.Under(culture, () => new PlugInRegistry().Read<Models.DeepFmOptions>(Hosting.Tests.Support.Json.Read(Json)));
        Assert.That((model.Seed, model.Optimizer!.LearningRate), Is.EqualTo((5ul, 0.05f)));
    }

    [Test]
    public void Numbers_of_files_are_read_by_one_form([ValueSource(nameof(Cultures))] string culture)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "x\n-1234.5\n");
        try
        {
            var reader = new Datasets.CsvReader<double>(["x"], row => row.Double(0));
            Assert.That(Culture.Under(culture, () => reader.Read(path).Single()), Is.EqualTo(-1234.5));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void The_training_sample_says_and_draws_the_same([ValueSource(nameof(Cultures))] string culture)
    {
        AssertSample(
            culture, "OnlineTraining", "--events", "3000", "--window", "1000", "--hashed-rows", "0", "--profile", "--plot", "PLOT");
        AssertSample(culture, "OnlineTraining", "--time-to-live", "0.0000015");
        AssertSample(culture, "OnlineTraining", "--vector-rate", "-1234.5");
    }

    [Test]
    public void The_snapshot_sample_says_the_same([ValueSource(nameof(Cultures))] string culture)
    {
        AssertSample(culture, "Snapshots", "train", "STORE", "--events", "2560", "--dimension", "2");
        AssertSample(culture, "Snapshots", "train", "STORE", "--events", "0");
    }

    private static void AssertInvariant(string culture, Func<string[]> texts, int least, string example)
    {
        var expected = Culture.UnderNone(texts);
        Assert.That(expected, Has.Length.AtLeast(least).And.Some.Contains(example));
        Assert.That(Culture.Under(culture, texts), Is.EqualTo(expected));
    }

    private static void AssertSample(string culture, string sample, params string[] arguments)
    {
        var expected = Culture.UnderNone(() => Run(sample, arguments));
        Assert.That(Culture.Under(culture, () => Run(sample, arguments)), Is.EqualTo(expected).And.Not.Empty);
    }

    private static string Run(string sample, string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var plot = Path.Combine(folder.FullName, "plot.svg");
            string[] placed = [.. arguments.Select(a => a switch { "PLOT" => plot, "STORE" => folder.FullName, _ => a })];
            var said = SampleRun.Forms(sample, folder.FullName, placed);
            return File.Exists(plot) ? said + File.ReadAllText(plot) : said;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
