using Monolith.Embeddings.Training;
using TorchRecommender.Zoo;

namespace TorchRecommender.Contest;

/// <summary>A module in a comparison, and how it did with each seed.</summary>
/// <param name="zoo">The module.</param>
/// <param name="denseRate">The rate of its dense weights.</param>
public sealed class ComparedModel(ZooModel zoo, float denseRate)
{
    private readonly List<MetricsSummary> _metrics = [];
    private readonly List<double> _speed = [];

    /// <summary>The module.</summary>
    public ZooModel Zoo { get; } = zoo;

    /// <summary>The rate of its dense weights.</summary>
    public float DenseRate { get; } = denseRate;

    /// <summary>How well it predicted, a seed each.</summary>
    public IReadOnlyList<MetricsSummary> Metrics => _metrics;

    /// <summary>How fast it went, in examples a second.</summary>
    public IReadOnlyCollection<double> Speed => _speed;

    /// <summary>Adds the run of a seed.</summary>
    public void Add(MetricsSummary metrics, double speed)
    {
        _metrics.Add(metrics);
        _speed.Add(speed);
    }
}
