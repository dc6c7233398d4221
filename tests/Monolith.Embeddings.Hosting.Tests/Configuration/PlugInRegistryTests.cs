using Microsoft.Extensions.Options;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

public class PlugInRegistryTests
{
    [Test]
    public void A_user_s_own_part_is_read_like_the_library_s()
    {
        var own = Read("""
            {
              "type": "OWN", "LearningRate": 0.5, "note": "x", "Count": 7, "Day": "friday", "Decays": [0.5, 1e-3], "Steps": [1, 20],
              "Waits": { "3": "1.00:00:00", "5": "00:00:02" }, "Inner": "Sgd",
              "Others": [ { "Type": "Own", "Inner": { "Type": "Adam", "Beta1": 0.5 } }, { "Type": "Sgd" } ]
            }
            """);
        Assert.That((own.LearningRate, own.Note, own.Count, own.Day), Is.EqualTo((0.5f, "x", 7u, DayOfWeek.Friday)));
        Assert.That(own.Decays, Is.EqualTo([0.5, 1e-3]));
        Assert.That(own.Steps, Is.EqualTo([1L, 20L]));
        Assert.That(own.Waits, Is.EqualTo(new Dictionary<int, TimeSpan> { [3] = TimeSpan.FromDays(1), [5] = TimeSpan.FromSeconds(2) }));
        Assert.That(own.Inner, Is.InstanceOf<SgdOptions>());
        Assert.That(((AdamOptions)((OwnOptimizerOptions)own.Others[0]).Inner!).Beta1, Is.EqualTo(0.5f));
        Assert.That(own.Others[1], Is.InstanceOf<SgdOptions>());
    }

    [Test]
    public void Null_unsets_what_can_be_unset()
    {
        var registry = new PlugInRegistry().Add("Own", () => new OwnOptimizerOptions { Day = DayOfWeek.Monday, Inner = new SgdOptions() });
        var own = (OwnOptimizerOptions)registry.Read<OptimizerOptions>(
            Json.Read("""{ "Type": "Own", "Day": null, "Inner": null, "Others": [] }"""));
        Assert.That((own.Day, own.Inner, own.Others.Count), Is.EqualTo(((DayOfWeek?)null, (OptimizerOptions?)null, 0)));
        Assert.That(
            Failures("""{ "Type": "Own", "Count": null }"""), Is.EqualTo(["Count: '' is not a whole number from 0 to 4294967295."]));
    }

    [Test]
    public void A_factory_gives_what_a_file_cannot()
    {
        var registry = new PlugInRegistry().Add("Noted", () => new OwnOptimizerOptions { Note = "in code", Count = 1 });
        var own = (OwnOptimizerOptions)registry.Read<OptimizerOptions>(Json.Read("""{ "Type": "Noted", "Count": 2 }"""));
        Assert.That((own.Note, own.Count), Is.EqualTo(("in code", 2u)));
        Assert.That(Failures("""{ "Type": "Own", "NotForFiles": "x" }""")
            .Single(), Does.Contain("is not a key of Own").And.Not.Contain(", NotForFiles"));
    }

    [Test]
    public void Options_of_models_and_the_trainer_can_be_read_by_themselves()
    {
        var registry = new PlugInRegistry();
        var model = registry.Read<DeepFmOptions>(
            Json.Read("""{ "Hidden": [64, 32], "Optimizer": { "Type": "Adam" }, "Seed": 18446744073709551615 }"""));
        Assert.That(model.Hidden, Is.EqualTo([64, 32]));
        Assert.That((model.Optimizer, model.Seed), Is.EqualTo((model.Optimizer as AdamOptions, ulong.MaxValue)));
        var tasks = registry.Read<DeepFmOptions>(Json.Read("""
            {
              "Tasks": ["click", "purchase"], "TaskWeights": { "purchase": 3 }, "InitialBiases": { "purchase": -2.5 },
              "ReportedTask": "purchase"
            }
            """));
        Assert.That((tasks.Tasks, tasks.ReportedTask), Is.EqualTo((new[] { "click", "purchase" }, "purchase")));
        Assert.That((tasks.TaskWeights["purchase"], tasks.InitialBiases["purchase"]), Is.EqualTo((3f, -2.5f)));
        Assert.That(registry.Read<OnlineTrainerOptions>(Json.Read("""{ "EvictEvery": "00:05:00" }""")).EvictEvery,
            Is.EqualTo((Schedule)TimeSpan.FromMinutes(5)));
        Assert.That(
            registry.Read<OnlineTrainerOptions>(Json.Read("""{ "EvictEvery": "ByEventTime(00:05:00)|ByExamples(1000)" }""")).EvictEvery,
            Is.EqualTo(Schedule.FirstOf(Schedule.ByEventTime(TimeSpan.FromMinutes(5)), Schedule.ByExamples(1000))));
    }

    [Test]
    public void Names_are_unique_in_a_kind()
    {
        var registry = new PlugInRegistry();
        Assert.That(() => registry.Add<OwnOptimizerOptions>("ADAM"),
            Throws.ArgumentException.With.Message.Contains("'ADAM' is registered already").And.Message.Contains("Adagrad"));
        Assert.That(() => registry.Add<OwnOptimizerOptions>(" "), Throws.ArgumentException);
        Assert.That(() => registry.Add<OnlineTrainerOptions>(), Throws.ArgumentException);
        Assert.That(() => registry.Add<TypedOptions>("Typed"), Throws.ArgumentException.With.Message.Contains("a property called Type"));
        registry.Add<OwnOptimizerOptions>("Uniform");
        Assert.That(registry.Names<OptimizerOptions>(), Does.Contain("Uniform")
            .And.Contain("Adam").And.Ordered.Using((IComparer<string>)StringComparer.OrdinalIgnoreCase));
    }

    [Test]
    public void What_nobody_registered_cannot_be_read() =>
        Assert.That(() => new PlugInRegistry()
            .Read<TypedOptions>(Json.Read("{}")), Throws.InvalidOperationException.With.Message.Contains("TypedOptions is not registered"));

    private static OwnOptimizerOptions Read(string json) =>
        (OwnOptimizerOptions)new PlugInRegistry().Add<OwnOptimizerOptions>("Own").Read<OptimizerOptions>(Json.Read(json));

    private static IEnumerable<string> Failures(string json) => Assert.Throws<OptionsValidationException>(() => Read(json))!.Failures;

    public sealed class TypedOptions : IValidatedOptions
    {
        public string Type { get; set; } = "";

        public void CollectErrors(OptionErrors errors)
        {
        }
    }
}
