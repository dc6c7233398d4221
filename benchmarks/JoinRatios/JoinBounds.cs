using Measuring;

namespace JoinRatios;

/// <summary>What the joiner promises at ten million open impressions; other sizes are shown against the same numbers.</summary>
internal static class JoinBounds
{
    private static readonly Bound[] All =
    [
        Bound.AtMost("memory.above_trainer_mb", 512),
        Bound.AtMost("commit.of_three_times_as_many_vs_once", 1.1),
        Bound.AtLeast("commit.of_three_times_as_many_vs_once", 0.9),
    ];

    /// <summary>Prints a comment line for each bound whose result is there; returns whether all of them are met.</summary>
    public static bool Print(Report report) => Bound.Print(All, report);
}
