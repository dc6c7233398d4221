using Experiments.Reporting;
using Experiments.Trials;

namespace Experiments;

/// <summary>One of the paper's claims, as trials, and what is made of their figures.</summary>
/// <param name="options">Seeds and sizes.</param>
internal abstract class Experiment(ExperimentOptions options)
{
    /// <summary>The command, and the stem of its files.</summary>
    public abstract string Name { get; }

    /// <summary>What it is run on, for people.</summary>
    public abstract string Data { get; }

    /// <summary>What the figures depend on beside arm and seed: earlier figures of another setup are not used.</summary>
    public virtual string Setup =>
        $"{Data}; {Options.Model with { Seed = 0, Hidden = [] }}; hidden {string.Join(", ", Options.Model.Hidden)}";

    /// <summary>Whether a trial must have the machine for itself, because it measures time.</summary>
    public virtual bool MeasuresTime => false;

    /// <summary>Seeds and sizes.</summary>
    protected ExperimentOptions Options { get; } = options;

    /// <summary>All trials; of one seed, in the order in which they are run.</summary>
    public abstract IReadOnlyList<Trial> Trials();

    /// <summary>The tables of all figures, and the plots.</summary>
    public abstract ExperimentReport Report(ResultTable results);

    /// <summary>A trial of an arm for each seed.</summary>
    protected IEnumerable<Trial> EachSeed(string arm, Func<ulong, CancellationToken, Task<IReadOnlyDictionary<string, double>>> run) =>
        Enumerable.Range(1, Options.Seeds).Select(seed => new Trial(arm, (ulong)seed, cancellation => run((ulong)seed, cancellation)));
}
