using Measuring;

namespace TableRatios.Measurements;

/// <summary>A measurement that makes its own tables.</summary>
internal abstract class Measurement(RatioContext context)
{
    /// <summary>The results that it prints, except those that explain one of these and begin with its name.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    public virtual bool IsWanted => Names.Any(Context.IsWanted);

    protected RatioContext Context { get; } = context;

    public abstract void Run();

    /// <summary>Prints the median of several passes.</summary>
    protected void PrintMedian(string name, IEnumerable<double> passes) => Context.Report.Print(name, Interleaved.Median([.. passes]));

    /// <summary>Prints the medians of the longest batches of several passes.</summary>
    protected void PrintLongest(string name, IReadOnlyList<LongestBatches> passes)
    {
        PrintMedian(name, passes.Select(p => p.Elapsed[0]));
        PrintMedian(name + ".second", passes.Select(p => p.Elapsed[1]));
        PrintMedian(name + ".third", passes.Select(p => p.Elapsed[2]));
        PrintMedian(name + ".computed", passes.Select(p => p.Computed));
    }
}
