using Measuring;

namespace TrainingThroughput;

/// <summary>What all measurements share.</summary>
internal sealed class ThroughputContext(ThroughputSettings settings)
{
    /// <summary>So many batches that none is in the caches when it comes again.</summary>
    public const int Batches = 256;

    public const int BatchesATurn = 8;

    public ThroughputSettings Settings => settings;

    public Report Report { get; } = new();

    /// <summary>
    /// Compares two pieces of work that run batches. They take turns in the order A B B A, and no batch comes twice within a quad.
    /// </summary>
    /// <param name="first">Given the first batch and how many.</param>
    /// <param name="second">What it is compared with.</param>
    /// <param name="clock">What a turn is timed by.</param>
    /// <returns>The median ratio, and the median nanoseconds a batch of both.</returns>
    public (double Ratio, double First, double Second) Compare(Action<int, int> first, Action<int, int> second, Func<BatchTime> clock)
    {
        var (ratios, ours, theirs) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= settings.Rounds; round++)
        {
            var (a, b) = Abba.Run(turn => Turn(first, 2 * turn), turn => Turn(second, 2 * turn + 1), 3 * round, 1, clock);
            // The first round warms up.
            if (round == 0) continue;
            ours.Add(a.Compared * 1e6 / (2 * BatchesATurn));
            theirs.Add(b.Compared * 1e6 / (2 * BatchesATurn));
            ratios.Add(ours[^1] / theirs[^1]);
        }
        return (Interleaved.Median(ratios), Interleaved.Median(ours), Interleaved.Median(theirs));
    }

    private static void Turn(Action<int, int> work, int turn) => work(turn * BatchesATurn, BatchesATurn);
}
