using System.Globalization;
using BeforeAfter.Workloads;
using Measuring;

namespace BeforeAfter;

/// <summary>What the rounds have shown of one verb.</summary>
internal sealed class Comparison(Verb verb)
{
    private const double NanosecondsAMillisecond = 1e6, Percent = 100;

    private readonly List<double> _changes = [], _noises = [], _before = [], _after = [];

    /// <summary>Whether the versions gave different answers.</summary>
    public bool HasOtherAnswers { get; set; }

    /// <summary>
    /// Adds a round: the times of the version before and the version after, and those of two loads of the version before.
    /// </summary>
    public void Add((BatchTime Before, BatchTime After) change, (BatchTime Before, BatchTime Again) noise)
    {
        _changes.Add(change.After.Compared / change.Before.Compared);
        _noises.Add(noise.Again.Compared / noise.Before.Compared);
        var nanoseconds = NanosecondsAMillisecond / (2 * verb.Quads * (double)verb.Items);
        _before.Add(change.Before.Compared * nanoseconds);
        _after.Add(change.After.Compared * nanoseconds);
    }

    /// <summary>Prints the results as lines of a name and a number.</summary>
    public void Print(Report report)
    {
        var (change, noise) = (MedianInterval.Of(_changes), MedianInterval.Of(_noises));
        report.PrintExactly(verb.Name, change.Median);
        report.PrintExactly(verb.Name + ".half_interval", change.HalfWidth);
        report.PrintExactly(verb.Name + ".noise", noise.Median);
        report.PrintExactly(verb.Name + ".noise.half_interval", noise.HalfWidth);
        report.Print(verb.Name + ".before_ns", Interleaved.Median(_before));
        report.Print(verb.Name + ".after_ns", Interleaved.Median(_after));
    }

    /// <summary>Prints a comment line; returns whether the bar is kept.</summary>
    public bool PrintVerdict()
    {
        var (change, noise) = (MedianInterval.Of(_changes), MedianInterval.Of(_noises));
        var isKept = verb.MostSlower is not { } most || Bound.AtMost(verb.Name, 1 + most + noise.HalfWidth).IsMetBy(change.Median);
        var verdict = verb.MostSlower is null ? "info" : isKept ? "kept" : "MISS";
        var bar = verb.MostSlower is { } slower ? $"at most {Text(slower)} + {Text(noise.HalfWidth)} %" : "no bar";
        Console.WriteLine(
            $"# {verdict} {verb.Name,-24} {Signed(change.Median - 1),7} +- {Text(change.HalfWidth)} %, {bar}; "
            + $"A against A {Signed(noise.Median - 1)} %{(HasOtherAnswers ? "; the versions' answers differ" : "")}");
        return isKept;
    }

    private static string Signed(double share) => (share < 0 ? "" : "+") + Text(share);

    private static string Text(double share) => (share * Percent).ToString("F2", CultureInfo.InvariantCulture);
}
