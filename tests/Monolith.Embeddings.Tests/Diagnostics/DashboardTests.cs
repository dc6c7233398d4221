using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Architecture;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>The dashboard and the rules ask for metrics that there are, and the guide knows each alarm.</summary>
public partial class DashboardTests
{
    private static readonly string[] Files = ["grafana-dashboard.json", "prometheus-rules.yml"];

    [TestCaseSource(nameof(Files))]
    public void Every_metric_is_one_of_the_library(string file)
    {
        var known = PublishedInstruments.All.SelectMany(Exported).ToHashSet();
        var asked = Metric().Matches(Read("operations", file)).Select(match => match.Value).Distinct().ToList();
        Assert.That(asked, Has.Count.GreaterThan(20));
        Assert.That(asked.Where(name => !known.Contains(name)), Is.Empty);
    }

    [TestCaseSource(nameof(Files))]
    public void Every_status_is_one_that_there_is(string file)
    {
        string[] known = [.. Enum.GetNames<ReplicaStatus>().Concat(Enum.GetNames<TrainerStatus>()).Select(InWords)];
        var asked = Status().Matches(Read("operations", file)).Select(match => match.Groups[1].Value);
        Assert.That(asked.Except(known), Is.Empty);
    }

    [Test]
    public void The_dashboard_is_one_and_each_panel_asks_something()
    {
        using var json = JsonDocument.Parse(Read("operations", "grafana-dashboard.json"));
        var all = json.RootElement.GetProperty("panels").EnumerateArray();
        var panels = all.Where(panel => panel.GetProperty("type").GetString() != "row").ToList();
        Assert.That(panels, Has.Count.GreaterThan(25));
        foreach (var panel in panels)
            Assert.That(panel.GetProperty("targets").EnumerateArray().All(t => t.GetProperty("expr").GetString()!.Contains("monolith_")));
        Assert.That(panels.Select(panel => panel.GetProperty("id").GetInt32()), Is.Unique);
    }

    [Test]
    public void The_guide_says_of_each_alarm_what_to_do()
    {
        var alarms = Alarm().Matches(Read("operations", "prometheus-rules.yml")).Select(match => match.Groups[1].Value).ToList();
        Assert.That(Row().Matches(Alarms()).Select(match => match.Groups[1].Value).Where(name => name != "alarm"), Is.EqualTo(alarms));
        Assert.That(alarms, Has.Count.GreaterThan(15).And.Unique);
    }

    [Test]
    public void The_guide_and_the_rules_say_the_same_of_an_alarm()
    {
        var inRules = Summary().Matches(Read("operations", "prometheus-rules.yml"))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var inGuide = Row().Matches(Alarms()).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        inGuide.Remove("alarm");
        Assert.That(inGuide, Is.EquivalentTo(inRules));
    }

    [Test]
    public void Every_event_that_an_alarm_names_is_in_the_list_of_logs()
    {
        var known = Event().Matches(Read("operations", "logs.md")).Select(match => match.Groups[1].Value).ToHashSet();
        var named = Number().Matches(Alarms()).Select(match => match.Value).ToList();
        Assert.That(named, Has.Count.GreaterThan(10));
        Assert.That(named.Where(number => !known.Contains(number)), Is.Empty);
    }

    [Test]
    public void The_dashboard_shows_all_of_the_arms_of_a_canary()
    {
        var asked = Metric().Matches(Read("operations", "grafana-dashboard.json")).Select(match => match.Value).ToHashSet();
        var arms = PublishedInstruments.All.Where(one => one.Name.StartsWith("monolith.canary.", StringComparison.Ordinal)).ToList();
        Assert.That(arms, Has.Count.EqualTo(7));
        Assert.That(arms.Where(one => !Exported(one).Any(asked.Contains)).Select(one => one.Name), Is.Empty);
    }

    [Test]
    public void Statuses_are_measured_by_the_names_that_the_rules_ask_for()
    {
        var measured = StatusNames<TrainerStatus>.Measure(TrainerStatus.SlotSilent, new("model", "m")).ToList();
        Assert.That(measured.Sum(one => one.Value), Is.EqualTo(1));
        Assert.That(measured.Single(one => one.Value == 1).Tags[1].Value, Is.EqualTo("slot_silent"));
        var names = Enum.GetValues<TrainerStatus>().Select(status => InWords(status.ToString()));
        Assert.That(measured.Select(one => one.Tags[1].Value), Is.EqualTo(names));
    }

    private static string Alarms() => Read("guide", "operations.md").Split("## What each alarm means")[1].Split("## ")[0];

    // As the OpenTelemetry specification translates names for Prometheus.
    private static IEnumerable<string> Exported(Instrument instrument)
    {
        var kind = PublishedInstruments.KindOf(instrument);
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", "1" when kind == "gauge" => "_ratio", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return kind switch
        {
            "counter" => [name + "_total"],
            "histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    private static string InWords(string name) => Capital().Replace(name, "_$0").ToLowerInvariant();

    private static string Read(string folder, string file) =>
        File.ReadAllText(Path.Combine(SourceFiles.Repository, "docs", folder, file));

    [GeneratedRegex("monolith_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"status=\\?""([a-z_]+)")]
    private static partial Regex Status();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alarm();

    [GeneratedRegex(@"- alert: (\w+).*?summary: ""([^""]*)""", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex(@"^\| (\w+) \| (.*?) \| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| (\d{4}) \| ", RegexOptions.Multiline)]
    private static partial Regex Event();

    [GeneratedRegex(@"\b\d{4}\b")]
    private static partial Regex Number();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
