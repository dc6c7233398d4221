using System.Diagnostics.Metrics;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Tests.Architecture;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>The rules of all instruments, and the page that lists them.</summary>
public class InstrumentTests
{
    [Test]
    public void The_page_on_metrics_lists_every_instrument_as_it_is()
    {
        var page = File.ReadAllLines(Path.Combine(SourceFiles.Repository, "docs", "operations", "metrics.md"));
        var listed = page.Where(line => line.StartsWith("| `monolith.", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1..5].Select(cell => cell.Trim(' ', '`')));
        var published = PublishedInstruments.All.Select(i => new[] { i.Name, PublishedInstruments.KindOf(i), i.Unit!, i.Description! });
        Assert.That(
            listed.Select(cells => string.Join(" | ", cells)), Is.EquivalentTo(published.Select(cells => string.Join(" | ", cells))));
    }

    // OpenTelemetry, general naming: what rises and falls is not named in the plural.
    [Test]
    public void An_up_down_counter_is_named_in_the_singular()
    {
        var named = PublishedInstruments.All.Where(i => PublishedInstruments.KindOf(i) == "up-down counter").Select(i => i.Name);
        // A status is no plural.
        Assert.That(named.Where(name => name.EndsWith('s') && !name.EndsWith(".status", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Names_are_of_lower_case_words_and_dots() =>
        Assert.That(PublishedInstruments.All.Select(i => i.Name), Has.All.Match(@"^monolith(\.[a-z]+(_[a-z]+)*)+$"));

    // Under the bounds that listeners choose by themselves, all durations of this library lie in one bucket (C54).
    [Test]
    public void Every_histogram_advises_bounds_that_rise_from_below_a_hundredth_of_a_second()
    {
        var histograms = PublishedInstruments.All.OfType<Histogram<double>>().ToList();
        Assert.That(histograms, Has.Count.GreaterThanOrEqualTo(5));
        foreach (var histogram in histograms)
        {
            var bounds = histogram.Advice?.HistogramBucketBoundaries;
            Assert.That(bounds, Is.Ordered.Ascending.And.Unique.And.Count.GreaterThan(8), histogram.Name);
            Assert.That(bounds![0], Is.LessThanOrEqualTo(1e-3), histogram.Name);
        }
    }

    [TestCase("monolith.training.commit_failures", 5)]
    [TestCase("monolith.training.source_failures", 2)]
    [TestCase("monolith.training.divergences", 1)]
    [TestCase("monolith.training.event_times", 4)]
    [TestCase("monolith.snapshot.failures", 1)]
    [TestCase("monolith.snapshot.chain_faults", 2)]
    [TestCase("monolith.replica.failures", 6)]
    [TestCase("monolith.joiner.dropped", 6)]
    [TestCase("monolith.joiner.decisions", 2)]
    public void What_fails_is_published_before_the_first_failure(string name, int parts)
    {
        Assert.That(PublishedInstruments.All.Single(i => i.Name == name).IsObservable);
        using var measured = new Measured(name);
        Assert.That(measured.Now().Keys.Count(key => key.Split(' ')[0] == name), Is.EqualTo(parts));
    }

    [Test]
    public void A_published_counter_shows_zero_and_then_what_was_added()
    {
        var name = "monolith.test.counted" + Guid.NewGuid().ToString("N");
        var counter = new PublishedCounter(new(InstrumentKind.Counter, name, "{thing}", "Things."), "kind", "a", "b");
        using var measured = new Measured(name);
        Assert.That(measured.Now(), Is.EquivalentTo(new Dictionary<string, double> { [$"{name} kind=a"] = 0, [$"{name} kind=b"] = 0 }));
        counter.Add(3, 1);
        counter.Add(-1, 1);
        Assert.That((measured.Since($"{name} kind=a"), measured.Since($"{name} kind=b")), Is.EqualTo((0, 3)));
    }
}
