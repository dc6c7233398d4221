using BeforeAfter.Contract;

namespace BeforeAfter.Workloads;

/// <summary>Verbs that are measured on the same tables, which each side makes again in each round.</summary>
internal abstract class Workload
{
    /// <summary>What is measured.</summary>
    public abstract IReadOnlyList<Verb> Verbs { get; }

    /// <summary>What its driver must make, see <see cref="IDriver.Plans"/>.</summary>
    public virtual int Plans => 0;

    /// <summary>Draws what a round's sides are fed with, the same for all of them.</summary>
    /// <param name="round">The number of the round, which the draw depends on.</param>
    /// <returns>Makes a side's tables, and the work on them.</returns>
    public abstract Func<IDriver, Work> Draw(int round);
}
