using System.Xml.Linq;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Examples;

/// <summary>
/// The documentation of the types that a user meets first has an example, and each is the code that is compiled here. What an editor shows
/// comes from the same file.
/// </summary>
public class ExampleTests
{
    // In the order in which a user meets them.
    private static readonly string[] FirstTypes =
    [
        "FeatureSchemaBuilder", "FeatureSlot", "RowBuilder", "SequenceOrder", "NumberColumn", "BucketBounds", "FeatureId",
        "EmbeddingTableSet", "EmbeddingTable", "EmbeddingTableOptions", "AdagradOptions", "MinOccurrencesOptions", "TimeToLiveOptions",
        "ExampleEncoder", "ExampleSource", "JsonLinesSource", "OnlineJoiner", "NegativeSampler", "ExampleLog", "Subsampling", "DeepFm",
        "BuiltInModel", "FrequencySketch", "InBatchSoftmax", "OnlineTrainer", "ForgetRequest", "IdCatalogue",
        "OnlineTrainerOptions", "EarlyStopOptions",
        "CalibrationOptions", "MetricsSliceOptions", "PopularItems", "RankingMetrics", "RankingMetricsOptions", "Schedule",
        "PublicationGateOptions",
        "FileSnapshotStore", "SnapshotInspector", "SnapshotCompactor", "WarmStart", "TableExport", "DenseExport", "ModelReplica",
        "LivePredictor", "Predictor", "TopKFilter", "ServedLog",
    ];

    private static readonly string[] Files = ["Schema", "Tables", "Streams", "Training", "Snapshots", "Serving"];

    [Test]
    public void There_are_twenty_and_more() => Assert.That(FirstTypes.Distinct().Count(), Is.GreaterThanOrEqualTo(20));

    [TestCaseSource(nameof(FirstTypes))]
    public void The_documentation_shows_the_code_that_is_compiled_here(string type) =>
        Assert.That(Documented(type), Is.EqualTo(Compiled(type)));

    [Test]
    public void Every_example_of_the_documentation_is_compiled_here() =>
        Assert.That(Members().Where(member => member.Element("example") is not null).Select(NameOf), Is.EquivalentTo(FirstTypes));

    private static string Compiled(string type)
    {
        var code = string.Concat(Files.Select(file =>
            RepositoryFiles.Read("tests", "Monolith.Embeddings.Consumer.Tests", "Examples", $"{file}Examples.cs")));
        return Trimmed(RepositoryFiles.Between(code, $"// <example {type}>\n", "// </example>"));
    }

    private static string Documented(string type)
    {
        var member = Members().Single(m => NameOf(m) == type);
        return Trimmed(member.Element("example")?.Element("code")?.Value ?? throw new AssertionException($"{type} has no example."));
    }

    private static IEnumerable<XElement> Members() =>
        XDocument.Load(Path.ChangeExtension(typeof(EmbeddingTable).Assembly.Location, ".xml")).Descendants("member")
            .Where(member => ((string)member.Attribute("name")!).StartsWith("T:", StringComparison.Ordinal));

    private static string NameOf(XElement member) => ((string)member.Attribute("name")!).Split('.')[^1].Split('`')[0];

    // Both are indented by where they stand.
    private static string Trimmed(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).ToList();
        while (lines.Count > 0 && lines[0].Length == 0) lines.RemoveAt(0);
        while (lines.Count > 0 && lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : ""));
    }
}
