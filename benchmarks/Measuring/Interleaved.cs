using System.Diagnostics;

namespace Measuring;

/// <summary>
/// Measures two pieces of work against each other: they take turns, several in a round, so that what else the machine does falls on both.
/// What counts is the median of the rounds' ratios. Both run on this thread and are timed by what it had of a processor, where the system
/// says that: the time that other programs took is not counted.
/// </summary>
public sealed class Interleaved(int rounds)
{
    private const int TurnsARound = 4;
    private const double NanosecondsAMillisecond = 1e6;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs both for warming up, and then round by round.</summary>
    /// <param name="first">The work of a turn, given its number.</param>
    /// <param name="second">The work that it is compared with.</param>
    /// <param name="items">How many items a turn of either has.</param>
    /// <returns>The median ratio of first to second, and the median nanoseconds an item of both.</returns>
    public (double Ratio, double First, double Second) Compare(Action<int> first, Action<int> second, long items)
    {
        Warm(first, second);
        var (ratios, ours, theirs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var (a, b) = (default(BatchTime), default(BatchTime));
            for (var turn = 1; turn <= TurnsARound; turn++)
            {
                a += Turn(first, round * TurnsARound + turn);
                b += Turn(second, round * TurnsARound + turn);
            }
            ours.Add(a.Compared * NanosecondsAMillisecond / (items * TurnsARound));
            theirs.Add(b.Compared * NanosecondsAMillisecond / (items * TurnsARound));
            ratios.Add(ours[^1] / theirs[^1]);
        }
        return (Median(ratios), Median(ours), Median(theirs));
    }

    /// <summary>The round of a turn, from 0; 0 for warming up.</summary>
    public static int RoundOf(int turn) => Math.Max(0, turn - 1) / TurnsARound;

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>The nanoseconds that work takes by the clock.</summary>
    public static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static void Warm(Action<int> first, Action<int> second)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            first(0);
            second(0);
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);
    }

    private static BatchTime Turn(Action<int> work, int turn)
    {
        var start = BatchTime.Now;
        work(turn);
        return BatchTime.Now - start;
    }
}
