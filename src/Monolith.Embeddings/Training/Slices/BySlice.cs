using Monolith.Embeddings.Training.Metrics;

namespace Monolith.Embeddings.Training.Slices;

/// <summary>Examples of a task by the slice of their row; those of none are left out.</summary>
/// <param name="slices">The slice of each row, -1 for none.</param>
/// <param name="window">A slice each.</param>
/// <param name="total">A slice each.</param>
internal readonly struct BySlice(int[] slices, MetricsAccumulator[] window, MetricsAccumulator[] total) : IScoreSink
{
    public void Add(int row, float logit, float label, double weight)
    {
        if (slices[row] is not (>= 0 and var slice)) return;
        window[slice].Add(logit, label, weight);
        total[slice].Add(logit, label, weight);
    }

    public void CountAsServed(int row)
    {
        if (slices[row] is not (>= 0 and var slice)) return;
        window[slice].CountAsServed();
        total[slice].CountAsServed();
    }

    public void CountUnscored(int row)
    {
        if (slices[row] is not (>= 0 and var slice)) return;
        window[slice].CountUnscored();
        total[slice].CountUnscored();
    }
}
