using System.Diagnostics;

namespace TableRatios.Measuring;

/// <summary>
/// Measures two pieces of work against each other: round by round, one after the other, so that what else the machine does falls on both. What
/// counts is the median of the rounds' ratios.
/// </summary>
internal sealed class Interleaved(int rounds)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs both for warming up, and then round by round.</summary>
    /// <param name="first">The work of a round, given its number.</param>
    /// <param name="second">The work that it is compared with.</param>
    /// <param name="items">How many items a round of either has.</param>
    /// <returns>The median ratio of first to second, and the median nanoseconds an item of both.</returns>
    public (double Ratio, double First, double Second) Compare(Action<int> first, Action<int> second, long items)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            first(0);
            second(0);
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);
        var (ratios, ours, theirs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            var a = Time(() => first(round)) / items;
            var b = Time(() => second(round)) / items;
            ratios.Add(a / b);
            ours.Add(a);
            theirs.Add(b);
        }
        return (Median(ratios), Median(ours), Median(theirs));
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>The nanoseconds that work takes.</summary>
    public static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }
}
