using Monolith.Embeddings.Datasets;

namespace DelayedFeedback.Tests;

/// <summary>What the modes emit, by what holds for each of them.</summary>
public class EmissionsTests
{
    private static readonly SyntheticFeedbackStream Stream = Scenario.Clicks.Stream(5000, length: 20);

    private static IEnumerable<string> Modes => Mode.All.Select(mode => mode.Name);

    [Test]
    public void Emissions_are_in_time_order_and_none_is_before_what_it_tells([ValueSource(nameof(Modes))] string name)
    {
        var mode = Mode.All.Single(one => one.Name == name);
        var window = mode.Window * Scenario.Clicks.MeanDelay;
        var emissions = Emissions.Of(Stream, mode, window);
        Assert.That(emissions.Select(e => e.Time), Is.Ordered);
        foreach (var emission in emissions)
        {
            var impression = Stream[emission.RequestId];
            var waited = TimeSpan.FromMilliseconds(emission.Time - impression.Time.ToUnixTimeMilliseconds());
            if (emission.IsLate) Assert.That((mode.EmitsLate, waited > window, emission.Label), Is.EqualTo((true, true, 1f)));
            else Assert.That(waited, Is.LessThanOrEqualTo(window));
            if (emission.Label > 0) Assert.That(emission.Delay, Is.EqualTo(impression.ActionTime - impression.Time));
            else Assert.That(emission.Delay, Is.EqualTo(window));
        }
    }

    [Test]
    public void Each_impression_gives_the_examples_of_its_mode([ValueSource(nameof(Modes))] string name)
    {
        var mode = Mode.All.Single(one => one.Name == name);
        var window = mode.Window * Scenario.Clicks.MeanDelay;
        var emissions = Emissions.Of(Stream, mode, window).ToLookup(e => e.RequestId);
        for (long i = 0; i < Stream.Count; i++)
        {
            var delay = Stream[i].ActionTime - Stream[i].Time;
            var isWithin = delay <= window;
            float[] expected = (mode.Feedback, isWithin) switch
            {
                (Feedback.FakeNegative, true) => [0, 1],
                (_, true) => [1],
                _ => delay is not null && mode.EmitsLate ? [0, 1] : [0],
            };
            Assert.That(emissions[i].Select(e => e.Label), Is.EquivalentTo(expected));
        }
    }

    [Test]
    public void The_joiner_emits_the_same_in_the_same_order([ValueSource(nameof(Modes))] string name)
    {
        var mode = Mode.All.Single(one => one.Name == name);
        var window = mode.Window * Scenario.Clicks.MeanDelay;
        Assert.That(JoinedEmissions.Of(Stream, mode, window), Is.EqualTo(Emissions.Of(Stream, mode, window)));
    }
}
