using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Hosting.Tests.Support;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

/// <summary>Every property that is one text in a file takes one form of it, and nothing that could mean something else.</summary>
public class TextFormTests
{
    private static readonly string[] NotNumbers =
    [
        "", "0,05", "1,000.5", "0.05f", " 0.05", "0.05 ", "0.05\0", "0x10", "NaN", "nan", "Infinity", "-Infinity", "\u221E", "1e999",
        "-1e999",
        "(5)", "5-", "5%", "$5", "\u0665", "\uFF15", "\u22125", "1_000", "0.0.5", "1 000", "1\u00A0000", "1/2",
    ];

    private static readonly string[] NotWhole = [.. NotNumbers, "1,000", "1.0", "1e3", "0.5", "99999999999999999999"];

    private static readonly string[] NotTimes =
    [
        "", "3600", "30", "-5", "0", "3600.5", "01:00", "1:30", "1.00:00", " 01:00:00", "01:00:00 ", "01:00:00\0", "25:00:00", "00:60:00",
        "01:00:00,5", "1 00:00:00", "1:00:00:00", "1d", "3600s", "PT1H", "1.00:00:00 days",
    ];

    private static readonly string[] NotSchedules =
        [.. NotTimes, "never ", "ByClock", "ByClock(60)", "ByExamples(1,000)", "ByBatches(1.5)", "ByBatches(3)|", "ByMood(3)"];

    private static readonly string[] NotTruth = ["", "1", "0", "yes", "on", " true", "true ", "true\0", "wahr"];

    private static IEnumerable<TestCaseData> Properties =>
        from part in CoreOptions.Types
        from property in CoreOptions.Properties(part)
        where Wrong(ValueType(property)).Length > 0
        select new TestCaseData(part, property).SetArgDisplayNames(part.Name, property.Name);

    [Test]
    public void There_are_properties_of_each_type_to_try() => Assert.That(
        Properties.Select(p => ValueType((PropertyInfo)p.Arguments[1]!)),
        Is.SupersetOf(new[]
        {
            typeof(float), typeof(double), typeof(int), typeof(long), typeof(TimeSpan), typeof(bool), typeof(Schedule),
        }));

    [TestCaseSource(nameof(Properties))]
    public void What_could_mean_something_else_is_refused_by_its_path(Type part, PropertyInfo property)
    {
        foreach (var text in Wrong(ValueType(property)))
        {
            var place = Element(property) switch { null => "", "7" => ":7", _ => ":0" };
            var expected = $"part:{property.Name}{place}: '{text}' is not ";
            Assert.That(Failures(part, property, text), Has.Some.StartsWith(expected), $"'{text}' was read");
        }
    }

    [TestCase("3600")]
    [TestCase("\"3600\"")]
    public void A_time_span_without_a_unit_is_refused_with_right_values(string json)
    {
        var failure = Failures<Expiry.ExpiryPolicyOptions>($"{{ \"Type\": \"TimeToLive\", \"Duration\": {json} }}").Single();
        Assert.That(failure, Is.EqualTo(
            "part:Duration: '3600' is not a time span with hours, minutes and seconds, such as 1.00:00:00 for a day or "
            + "01:00:00 for an hour; a bare number has no unit."));
        Assert.That(TimeToLiveOptions("1.00:00:00"), Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(TimeToLiveOptions("01:00:00"), Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(TimeToLiveOptions("00:00:01.5"), Is.EqualTo(TimeSpan.FromSeconds(1.5)));
    }

    [TestCase("\"0.05\"", 0.05f)]
    [TestCase("0.05", 0.05f)]
    [TestCase("5e-2", 0.05f)]
    [TestCase("\".05\"", 0.05f)]
    public void A_number_has_a_point(string json, float expected) =>
        Assert.That(
            new PlugInRegistry().Read<OptimizerOptions>(Json.Read($"{{ \"Type\": \"Sgd\", \"LearningRate\": {json} }}")).LearningRate,
            Is.EqualTo(expected));

    [Test]
    public void A_text_has_whole_characters()
    {
        Assert.That(Name("a\U0001F600b"), Is.EqualTo("a\U0001F600b"));
        foreach (var text in new[] { "\uD800", "a\uDC00b", "\uD83D\uD83D\uDE00", "\uDE00\uD83D" })
        {
            Assert.That(Assert.Throws<OptionsValidationException>(() => Name(text))!.Failures,
                Has.Some.Contains("is not a text of whole characters"));
        }

        static string Name(string text)
        {
            var values = new Dictionary<string, string?> { ["Type"] = "Own", ["Note"] = text };
            var registry = new PlugInRegistry().Add<OwnOptimizerOptions>("Own");
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
            return ((OwnOptimizerOptions)registry.Read<OptimizerOptions>(configuration)).Note;
        }
    }

    [Test]
    public void A_key_stands_once() =>
        Assert.That(Failures<Expiry.ExpiryPolicyOptions>("""{ "Type": "TimeToLive", "BySlot": { "7": "01:00:00", "07": "02:00:00" } }"""),
            Is.EqualTo(new[] { "part:BySlot:7: is the key 7 again; each stands once." })
                .Or.EqualTo(new[] { "part:BySlot:07: is the key 7 again; each stands once." }));

    private static TimeSpan TimeToLiveOptions(string text) =>
        ((Expiry.TimeToLiveOptions)new PlugInRegistry().Read<Expiry.ExpiryPolicyOptions>(
        Json.Read($"{{ \"Type\": \"TimeToLive\", \"Duration\": \"{text}\" }}"))).Duration;

    private static string[] Wrong(Type type)
    {
        if (type == typeof(TimeSpan)) return NotTimes;
        if (type == typeof(Schedule)) return NotSchedules;
        if (type == typeof(bool)) return NotTruth;
        if (type.IsEnum && Enum.GetNames(type) is [var first, var second, ..])
            return ["", "0", "1", $" {first}", $"{first} ", $"{first}, {second}"];
        if (type == typeof(float) || type == typeof(double)) return NotNumbers;
        return type.IsPrimitive ? NotWhole : [];
    }

    /// <summary>The type of what stands in the file: of a property's value, or of what its list or dictionary holds.</summary>
    private static Type ValueType(PropertyInfo property)
    {
        var type = property.PropertyType;
        if (type.IsArray) type = type.GetElementType()!;
        else if (Element(property) is not null) type = type.GetGenericArguments()[^1];
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static string? Element(PropertyInfo property)
    {
        var type = property.PropertyType;
        if (type.IsArray) return "0";
        return type.IsGenericType && Nullable.GetUnderlyingType(type) is null ? (type.GetGenericArguments().Length == 2 ? "7" : "0") : null;
    }

    private static IEnumerable<string> Failures(Type part, PropertyInfo property, string text)
    {
        var value = JsonSerializer.Serialize(text);
        var held = Element(property) switch { null => value, "7" => $"{{ \"7\": {value} }}", _ => $"[ {value} ]" };
        var kind = CoreOptions.KindOf(part);
        var type = kind == part ? "" : $"\"Type\": \"{Names(part).Single()}\", ";
        return Failures(part.Namespace == typeof(DeepFmOptions).Namespace ? part : kind, $"{{ {type}\"{property.Name}\": {held} }}");
    }

    private static IReadOnlyList<string> Names(Type part) =>
        (IReadOnlyList<string>)typeof(PlugInRegistry).GetMethod(nameof(PlugInRegistry.Names))!.MakeGenericMethod(part)
            .Invoke(new PlugInRegistry(), [])!;

    private static IEnumerable<string> Failures<TKind>(string json) => Failures(typeof(TKind), json);

    private static IEnumerable<string> Failures(Type kind, string json)
    {
        var read = typeof(PlugInRegistry).GetMethod(nameof(PlugInRegistry.Read))!.MakeGenericMethod(kind);
        var section = Json.Read($"{{\"part\": {json}}}").GetSection("part");
        return Assert.Throws<OptionsValidationException>(
            () => read.Invoke(new PlugInRegistry(), BindingFlags.DoNotWrapExceptions, null, [section], null))!.Failures;
    }
}
