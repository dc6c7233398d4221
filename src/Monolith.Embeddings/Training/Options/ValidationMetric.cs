namespace Monolith.Embeddings.Training;

/// <summary>By which number evaluations are compared, see <see cref="EarlyStopOptions"/>.</summary>
public enum ValidationMetric
{
    /// <summary><see cref="MetricsSummary.LogLoss"/>; less is better.</summary>
    LogLoss,

    /// <summary><see cref="MetricsSummary.Auc"/>; more is better.</summary>
    Auc,
}
