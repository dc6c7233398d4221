using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Consumer.Tests.Faults.Texts;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Options;

/// <summary>
/// Numbers, time spans, truth values and names in every odd form: read as what they say everywhere, or refused by path and text.
/// </summary>
[TestFixture]
public sealed partial class HostileConfigurationTests
{
    private const string Root = "Recommender";

    private static readonly string[] Odd =
    [
        "", " ", "1", "0", "-1", "+1", "01", "007", " 1", "1 ", "\t1", "1\n", "1.0", "1.", ".1", "-.1", "1e0", "1E0", "1e1", "1e-2",
        "1e400", "1e-400", "1,0", "0,05", "1,000", "1.000", "1'000", "1 000", "1_000", "1\u00A0000", "1\u202F000", "0x10", "&H10", "#10",
        "1L", "1f", "1d",
        "1.5m", "1k", "1KB", "1GB", "1 MB", "1%", "$1", "(1)", "--1", "-0", "-0.0", "1-", "−1", "１", "١٢", "१", "½", "²", "①", "Ⅷ", "1\0",
        "\01", "\uFEFF1", "1\uFEFF", "\u200B1", "\u200E1", "1\u0301", "\uD835\uDFCF", "\uD800", "NaN", "nan", "Infinity", "-Infinity", "∞",
        "-∞", "INF",
        "1.#INF", "null", "undefined", "None", "true", "True", "TRUE", "tRuE", "false", "False", "FALSE", " true", "true ", "yes", "no",
        "on", "off", "Y", "t", "wahr", "ｔｒｕｅ", "ture", "1:00", "1:00:00", "01:00:00", "24:00:00", "23:59:59", "23:59:60", "00:60:00",
        "1.00:00:00",
        "1.24:00:00", "-01:00:00", "-1.00:00:00", "00:00:00.5", "00:00:00.1234567", "00:00:00.12345678", "0:0:1", "1:2:3:4", "1.2:3:4",
        "10675199.02:48:05.4775807", "10675199.02:48:05.4775808", "99999999.00:00:00", "30 days", "30d", "P30D", "PT1H", "1h", "60s",
        "60000",
        "00:00:01,5", "01:00:00 PM", "1.00:00:00 ", " 1.00:00:00", "1 .00:00:00", "Sum", "sum", "SUM", "Mean", "mean", "Mean ", " Mean",
        "Sum, Mean", "Sum,Mean", "Sum|Mean", "2", "99", "-2147483648", "2147483647", "2147483648", "4294967295", "4294967296",
        "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616", "1e18", "3.4028235e38",
        "3.4028236e38", "1e39", "1.7976931348623157e308", "1.8e308", "5e-324", "1e-46", "BFloat16", "bfloat16", "Float32", "float 16",
        "Meａn", "M\u00E9an", "Mean\u0000", "Pooling.Mean",
        "EventTime", "WallClock", "wallclock", "Skip", "Throw", "0.1234567890123456789012345678901234567890",
        "00000000000000000000000000000000000000000000000001", "١", "1٫5", "1/2", "1+1", "1e", "e1", "1e+", "1e+1", "1e++1", "0.1.2", "..",
        "Ł", "\u2028", "{0}", "%s", "'1'", "\"1\"",
    ];

    private static readonly (string Path, string Kind, Func<EmbeddingsOptions, object?> Get)[] Places =
    [
        ("Tables:t:Segments:0:Dimension", "int", o => Segment(o).Dimension), ("Tables:t:Stripes", "int", o => o.Tables[0].Stripes),
        ("DenseWidth", "int", o => o.DenseWidth), ("TableSet:EventTimeConfirmations", "int", o => o.TableSet.EventTimeConfirmations),
        ("Tables:t:MaxRows", "long", o => o.Tables[0].MaxRows), ("TableSet:MemoryLimitBytes", "long", o => o.TableSet.MemoryLimitBytes),
        ("TableSet:Seed", "ulong", o => o.TableSet.Seed),
        ("Tables:t:Segments:0:Optimizer:LearningRate", "float", o => Segment(o).Optimizer.LearningRate),
        ("Tables:t:Segments:0:Initializer:Minimum", "float", o => (Segment(o).Initializer as UniformInitializerOptions)?.Minimum),
        ("Tables:t:Expiry:Duration", "span", o => (o.Tables[0].Expiry as TimeToLiveOptions)?.Duration),
        ("TableSet:EventTimeSkew", "span", o => o.TableSet.EventTimeSkew),
        ("Tables:t:TrackFrequency", "bool", o => o.Tables[0].TrackFrequency),
        ("Tables:t:IdsCarrySlots", "bool", o => o.Tables[0].IdsCarrySlots),
        ("TableSet:RefuseFutureEventTimes", "bool", o => o.TableSet.RefuseFutureEventTimes),
        ("Slots:0:Pooling", "enum:Pooling", o => o.Slots[0].Pooling),
        ("Tables:t:Segments:0:Precision", "enum:RowPrecision", o => Segment(o).Precision),
        ("Tables:t:Expiry:Clock", "enum:ExpiryClock", o => (o.Tables[0].Expiry as TimeToLiveOptions)?.Clock),
        ("Tables:t:NonFiniteGradients", "enum:NonFiniteGradients", o => o.Tables[0].NonFiniteGradients),
    ];

    private static readonly Dictionary<string, Type> Enums = new()
    {
        ["enum:Pooling"] = typeof(Pooling),
        ["enum:RowPrecision"] = typeof(RowPrecision),
        ["enum:ExpiryClock"] = typeof(ExpiryClock),
        ["enum:NonFiniteGradients"] = typeof(NonFiniteGradients),
    };

    [Test]
    public void EveryValueIsReadAsItSaysInEveryCultureOrRefusedByItsPath()
    {
        var (tried, read) = (0, 0);
        CultureInfo Next() => OddCultures.All[tried % OddCultures.All.Count];
        var forms = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var (path, kind, get) in Places)
            foreach (var text in Odd)
            {
                var what = $"{path} = '{Escaped(text)}'";
                string? first = null;
                foreach (var culture in new[] { CultureInfo.InvariantCulture, Next(), Next() })
                {
                    tried++;
                    var got = OddCultures.In(culture, () => Outcome(path, text, get));
                    first ??= got;
                    Assert.That(got, Is.EqualTo(first), $"{what} in {culture.Name} {culture.NumberFormat.NumberDecimalSeparator}");
                }
                if (first!.StartsWith("read ", StringComparison.Ordinal))
                {
                    read++;
                    if (!forms.TryGetValue(kind, out var set)) forms[kind] = set = new(StringComparer.Ordinal);
                    set.Add(Escaped(text));
                    Assert.That(Meanings(kind, text), Does.Contain(first["read ".Length..]), what);
                }
                else
                {
                    Assert.That(first, Does.Contain($"{Root}:{path}"), what);
                    // What lies out of its range is told by its value, what cannot be read by its text.
                    if (!first.Contains("range", StringComparison.Ordinal) && Meanings(kind, text).Length == 0 && text.Trim().Length > 0)
                        Assert.That(first, Does.Contain(text).Or.Contain(Escaped(text)).Or.Contain("Cannot").IgnoreCase, what);
                }
            }
        foreach (var (kind, set) in forms) TestContext.Out.WriteLine($"{kind}: {string.Join(" | ", set)}");
        TestContext.Out.WriteLine($"tried {tried}, of which {read} texts were read");
    }

    [Test]
    public void RandomTextsNeverMeanAnotherNumber()
    {
        const string Letters = "0123456789+-.,eE: \u00A0\t\u2212٣xX_'∞NaInfTrueday\0";
        var random = new Random(11);
        var (tried, read) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(1, 9))
                .Select(_ => random.Next(3) == 0 ? Letters[random.Next(Letters.Length)] : (char)('0' + random.Next(10)))]);
            var (path, kind, get) = Places[random.Next(14)];
            var culture = OddCultures.All[random.Next(OddCultures.All.Count)];
            tried++;
            var outcome = OddCultures.In(culture, () => Outcome(path, text, get));
            if (!outcome.StartsWith("read ", StringComparison.Ordinal)) continue;
            read++;
            Assert.That(Meanings(kind, text), Does.Contain(outcome["read ".Length..]), $"seed 11, {path} = '{Escaped(text)}'");
        }
        TestContext.Out.WriteLine($"tried {tried}, of which {read} were read");
    }

    [Test]
    public void WhatServicesAreMadeOfIsRefusedAlike()
    {
        var tried = 0;
        foreach (var text in new[] { "0,05", "1,5", "NaN", "1e39", "١" })
        {
            var services = new ServiceCollection();
            services.AddMonolithEmbeddings(Configuration("Tables:t:Segments:0:Optimizer:LearningRate", text).GetSection(Root));
            using var provider = services.BuildServiceProvider();
            tried++;
            var refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<EmbeddingTableSet>(), text)!;
            Assert.That(refused.Message, Does.Contain($"{Root}:Tables:t:Segments:0:Optimizer:LearningRate"), text);
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    // What a text may mean: at most one value, by the invariant culture, in a plain form.
    private static string[] Meanings(string kind, string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        switch (kind)
        {
            case "int" when Whole().IsMatch(text) && int.TryParse(text, NumberStyles.AllowLeadingSign, invariant,
                out var number):
                return [number.ToString(invariant)];
            case "long" when Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, invariant,
                out var number):
                return [number.ToString(invariant)];
            case "ulong" when Whole().IsMatch(text) && ulong.TryParse(text, NumberStyles.AllowLeadingSign, invariant,
                out var number):
                return [number.ToString(invariant)];
            case "float" when Real().IsMatch(text) && float.TryParse(text, NumberStyles.Float, invariant, out var number)
                && float.IsFinite(number):
                return [number.ToString("R", invariant)];
            case "span" when Span().IsMatch(text) && TimeSpan.TryParse(text, invariant,
                out var span):
                return [span.ToString("c", invariant)];
            case "bool" when bool.TryParse(text, out var truth) && text.Trim() == text
                && !text.Contains('\0', StringComparison.Ordinal):
                return [truth.ToString()];
            default:
                return !Enums.TryGetValue(kind, out var type) ? []
                    : [.. Enum.GetNames(type).Where(name => name.Equals(text, StringComparison.OrdinalIgnoreCase))];
        }
    }

    private static string Outcome(string path, string text, Func<EmbeddingsOptions, object?> get)
    {
        try
        {
            return "read " + Plain(get(new PlugInRegistry().Read<EmbeddingsOptions>(Configuration(path, text).GetSection(Root))));
        }
        catch (OptionsValidationException e)
        {
            return e.Message;
        }
    }

    private static string? Plain(object? value) => value switch
    {
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static IConfigurationRoot Configuration(string path, string text)
    {
        var values = new Dictionary<string, string?>
        {
            ["Tables:t:Segments:0:Name"] = "v",
            ["Tables:t:Segments:0:Optimizer:Type"] = "Sgd",
            ["Tables:t:Segments:0:Initializer:Type"] = "Uniform",
            ["Tables:t:Segments:0:Initializer:Maximum"] = "3.4028235e38",
            ["Tables:t:Expiry:Type"] = "TimeToLive",
            ["Tables:t:Expiry:Duration"] = "30.00:00:00",
            ["Slots:0:Name"] = "s",
            ["Slots:0:Table"] = "t",
            ["Slots:0:MaxIds"] = "3",
            ["Tasks:0"] = "click",
        };
        values[path] = text;
        return new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create($"{Root}:{v.Key}", v.Value)))
            .Build();
    }

    private static SegmentOptions Segment(EmbeddingsOptions options) => options.Tables[0].Segments[0];

    private static string Escaped(string text) => string.Concat(text.Select(c => c is < ' ' or > '~' ? $"\\u{(int)c:X4}" : c.ToString()));

    [GeneratedRegex(@"^[+-]?[0-9]+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Real();

    [GeneratedRegex(@"^-?([0-9]+\.)?[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]{1,7})?\z")]
    private static partial Regex Span();
}
