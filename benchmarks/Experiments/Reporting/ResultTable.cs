using Experiments.Trials;
using Samples.Common;

namespace Experiments.Reporting;

/// <summary>The figures of all trials, by arm, over seeds. Immutable.</summary>
/// <param name="results">The trials' results.</param>
internal sealed class ResultTable(IReadOnlyList<TrialResult> results)
{
    /// <summary>What the trials took of processors together, in seconds.</summary>
    public double CpuSeconds => results.Sum(result => result.CpuSeconds);

    /// <summary>A figure of an arm, a value a seed, in the order of the seeds.</summary>
    public double[] Values(string arm, string figure) => [.. Of(arm).Select(result => result.Figures[figure])];

    /// <summary>Mean and standard error of a figure over the seeds.</summary>
    public Estimate Of(string arm, string figure) => Estimate.Of(Values(arm, figure));

    /// <summary>Mean and standard error of what a figure of one arm is above that of another, seed by seed.</summary>
    public Estimate Difference(string arm, string other, string figure) => Difference((arm, figure), (other, figure));

    /// <summary>Mean and standard error of what one figure is above another, seed by seed.</summary>
    public Estimate Difference((string Arm, string Figure) one, (string Arm, string Figure) other) =>
        Estimate.Of([.. Values(one.Arm, one.Figure).Zip(Values(other.Arm, other.Figure), (a, b) => a - b)]);

    /// <summary>In how many seeds a figure of one arm is above that of another.</summary>
    public int Wins((string Arm, string Figure) one, (string Arm, string Figure) other) =>
        Values(one.Arm, one.Figure).Zip(Values(other.Arm, other.Figure)).Count(pair => pair.First > pair.Second);

    private IEnumerable<TrialResult> Of(string arm) => results.Where(result => result.Arm == arm).OrderBy(result => result.Seed);
}
