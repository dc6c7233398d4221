using TableRatios.Workloads;

namespace TableRatios.Measurements;

/// <summary>A measurement on a filled table, which may be repeated when there are more rows.</summary>
internal abstract class FillMeasurement(RatioContext context)
{
    /// <summary>What the names of results end in that were taken where the index is fullest.</summary>
    public const string HighestFillSuffix = ".highest_fill";

    /// <summary>The results that it prints, without suffixes.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    public bool IsWanted => Names.Any(name => Context.IsWanted(name) || Context.IsWanted(name + HighestFillSuffix));

    protected RatioContext Context { get; } = context;

    /// <param name="subject">The table and its flat twin.</param>
    /// <param name="suffix">What to append to the names.</param>
    public abstract void Run(Subject subject, string suffix);
}
