using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

public class ErrorTests
{
    private const string Row = "\"Segments\": [ { \"Name\": \"vector\" } ]";

    [Test]
    public void Every_error_of_a_file_is_told_at_once_by_its_path()
    {
        var failures = Failures("""
            {
              "Tables": {
                "items": {
                  "Segments": [
                    { "Name": "bias", "Optimizer": { "Type": "Ftrll" }, "Initializer": { "Minimum": 1 } },
                    { "Name": "vector", "Dimension": "16x", "optimizer": { "Type": "Ftrl", "L3": 1, "l1": -1 } }
                  ],
                  "Expiry": { "Type": "TimeToLive", "Duration": "00:00:00", "Clock": "Moon" },
                  "MaxRows": [ 1 ],
                  "Admission": "MinOccurrence"
                },
                "users": 5
              },
              "Seeds": 1
            }
            """);
        Assert.That(failures, Is.EquivalentTo(new[]
        {
            "Recommender:Seeds: is not a key of EmbeddingsOptions; its keys: DenseWidth, Slots, TableSet, Tables, Tasks.",
            $"Recommender:Tables:items:Segments:0:Optimizer:Type: 'Ftrll' is not known; known: {Names<OptimizerOptions>()}.",
            $"Recommender:Tables:items:Segments:0:Initializer: has no Type; known: {Names<InitializerOptions>()}.",
            "Recommender:Tables:items:Segments:1:Dimension: '16x' is not a whole number from -2147483648 to 2147483647.",
            $"Recommender:Tables:items:Segments:1:optimizer:L3: is not a key of Ftrl; its keys: {Keys<FtrlOptions>()}.",
            "Recommender:Tables:items:Segments:1:optimizer:l1: -1 is not a finite number of at least 0.",
            "Recommender:Tables:items:Expiry:Duration: 00:00:00 is not between one second and 49710.06:28:15.",
            "Recommender:Tables:items:Expiry:Clock: 'Moon' is not one of EventTime, WallClock.",
            "Recommender:Tables:items:MaxRows: holds keys, but must be a whole number from -9223372036854775808 to 9223372036854775807.",
            $"Recommender:Tables:items:Admission: 'MinOccurrence' is not known; known: {Names<AdmissionFilterOptions>()}.",
            $"Recommender:Tables:users: is '5', but must hold the keys of EmbeddingTableOptions: {Keys<EmbeddingTableOptions>()}.",
        }));
        Assert.That(Names<OptimizerOptions>(), Does.StartWith("Adadelta, Adagrad, Adam, "));
        Assert.That(Keys<FtrlOptions>(), Does.StartWith("Beta, ").And.Contain("L1, L2, LearningRate"));
    }

    [TestCase("{}", "Recommender:Tables: is empty; a set needs at least one table.")]
    [TestCase("{ \"Tables\": 3 }", "Recommender:Tables: is '3', but must be a list.")]
    [TestCase("{ \"TableSet\": { \"MemoryLimitBytes\": 12 }, \"Tables\": { \"a\": { " + Row + " } } }",
        "Recommender:TableSet:MemoryLimitBytes: 12 is less than 1048576, the least that is allowed.")]
    [TestCase("{ \"Tables\": { \"a\": { " + Row + ", \"AtLimit\": \"LeastFrequentlyUsed\" } } }",
        "Recommender:Tables:a:AtLimit: reads the frequency of rows; set TrackFrequency.")]
    [TestCase("{ \"Tables\": { \"a\": { " + Row + " } }, \"Slots\": [ { \"Name\": \"s\", \"Table\": \"b\" } ] }",
        "Recommender:Slots:0: names the table 'b', which was not added before; known: 'a'.")]
    [TestCase("{ \"Tables\": { \"a\": { " + Row + " } }, \"Slots\": [ { \"Name\": \"s\", \"Table\": \"a\", \"Pooling\": \"Middle\" } ] }",
        "Recommender:Slots:0:Pooling: 'Middle' is not one of Sum, Mean, SqrtN, Max, FirstN, None.")]
    [TestCase("{ \"Tables\": { \"a\": { " + Row + " } }, \"Tasks\": [ \"click\" ] }", "Recommender:Slots: is empty; a schema needs at "
        + "least one slot.")]
    public void An_error_stands_at_its_path(string json, string expected) => Assert.That(Failures(json), Does.Contain(expected));

    [Test]
    public void A_file_without_a_section_has_paths_from_its_root() =>
        Assert.That(Assert.Throws<OptionsValidationException>(() => new PlugInRegistry()
            .Read<EmbeddingsOptions>(Json.Read("""{ "TableSet": { "Seed": -1 } }""")))!.Failures,
            Is.EqualTo(["TableSet:Seed: '-1' is not a whole number from 0 to "
                + "18446744073709551615.", "Tables: is empty; a set needs at least one table."]));

    private static IEnumerable<string> Failures(string json)
    {
        IConfiguration section = Json.Read($"{{ \"Recommender\": {json} }}").GetSection("Recommender");
        return Assert.Throws<OptionsValidationException>(() => new PlugInRegistry().Read<EmbeddingsOptions>(section))!.Failures;
    }

    private static string Names<TKind>()
        where TKind : class, IValidatedOptions => string.Join(", ", new PlugInRegistry().Names<TKind>());

    private static string Keys<TOptions>() =>
        string.Join(", ", CoreOptions.Properties(typeof(TOptions)).Select(p => p.Name).Order(StringComparer.Ordinal));
}
