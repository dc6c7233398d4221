namespace Monolith.Embeddings.Training.Metrics;

/// <summary>All examples of a task.</summary>
internal readonly struct WindowAndTotal(MetricsAccumulator window, MetricsAccumulator total) : IScoreSink
{
    public void Add(int row, float logit, float label, double weight)
    {
        window.Add(logit, label, weight);
        total.Add(logit, label, weight);
    }

    public void CountAsServed(int row)
    {
        window.CountAsServed();
        total.CountAsServed();
    }

    public void CountUnscored(int row)
    {
        window.CountUnscored();
        total.CountUnscored();
    }
}
