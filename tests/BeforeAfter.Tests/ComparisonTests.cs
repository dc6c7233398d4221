using BeforeAfter.Workloads;
using Measuring;
using Programs.Tests;

namespace BeforeAfter.Tests;

[NonParallelizable]
public class ComparisonTests
{
    private static readonly double[] NoNoise = [1, 1, 1];

    // Half the interval of these is 0.01.
    private static readonly double[] Noise = [0.99, 1, 1.01];

    [TestCase(new[] { 1.02, 1.02, 1.02 }, true)]
    [TestCase(new[] { 1.021, 1.021, 1.021 }, false)]
    [TestCase(new[] { 1.5, 1.01, 0.9 }, true)]
    public void Without_noise_the_median_must_keep_the_bar(double[] changes, bool isKept) =>
        Assert.That(Verdict(0.02, changes, NoNoise).IsKept, Is.EqualTo(isKept));

    [TestCase(1.029, true)]
    [TestCase(1.031, false)]
    public void Half_the_interval_of_A_against_A_is_added_to_the_bar(double change, bool isKept)
    {
        var (wasKept, line) = Verdict(0.02, [change, change, change], Noise);
        Assert.That(wasKept, Is.EqualTo(isKept));
        Assert.That(line, Does.StartWith(isKept ? "# kept" : "# MISS").And.Contain("at most 2.00 + 1.00 %"));
    }

    [Test]
    public void A_verb_without_a_bar_misses_none()
    {
        var (isKept, line) = Verdict(null, [2, 2, 2], NoNoise);
        Assert.That(isKept, Is.True);
        Assert.That(line, Does.StartWith("# info").And.Contain("+100.00").And.Contain("no bar"));
    }

    [Test]
    public void Results_are_lines_of_a_name_and_a_number()
    {
        using var console = new CapturedConsole();
        Of(0.02, [1.25, 1.25, 1.25], Noise).Print(new Report());
        Assert.That(console.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(
        [
            "verb 1.2500", "verb.half_interval 0.0000", "verb.noise 1.0000", "verb.noise.half_interval 0.0100", "verb.before_ns 25.00",
            "verb.after_ns 31.25",
        ]));
    }

    private static (bool IsKept, string Line) Verdict(double? bar, double[] changes, double[] noises)
    {
        using var console = new CapturedConsole();
        var isKept = Of(bar, changes, noises).PrintVerdict();
        return (isKept, console.Output);
    }

    // A turn of 10 items, two of them in a round: half a thousandth of a millisecond, 25 nanoseconds an item.
    private static Comparison Of(double? bar, double[] changes, double[] noises)
    {
        var comparison = new Comparison(new Verb("verb", bar, Items: 10, Quads: 1));
        for (var i = 0; i < changes.Length; i++) comparison.Add((Time(1), Time(changes[i])), (Time(1), Time(noises[i])));
        return comparison;
    }

    private static BatchTime Time(double relative) => new(0, 0.0005 * relative);
}
