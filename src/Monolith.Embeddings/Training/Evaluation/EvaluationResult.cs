using System.Diagnostics;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training;

/// <summary>How well each task of some examples was predicted that were not learned from. Immutable; thread-safe.</summary>
[DebuggerDisplay("{Examples} examples")]
public sealed class EvaluationResult
{
    private readonly FeatureSchema _schema;
    private readonly MetricsSummary[] _tasks;

    internal EvaluationResult(FeatureSchema schema, long examples, ProgressiveMetrics metrics)
    {
        (_schema, Examples) = (schema, examples);
        _tasks = [.. schema.Tasks.Select(metrics.Total)];
    }

    /// <summary>How many examples were read, with labels and without.</summary>
    public long Examples { get; }

    /// <summary>The metrics of one task.</summary>
    /// <param name="task">A task of the schema.</param>
    /// <exception cref="ArgumentException">It is a task of another schema.</exception>
    public MetricsSummary this[LabelTask task]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(task);
            _schema.RequireOwn(task);
            return _tasks[task.Index];
        }
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var tasks = _schema.Tasks.Select(task =>
            $"{task.Name}: AUC {_tasks[task.Index].Auc:F4}, log-loss {_tasks[task.Index].LogLoss:F4}, "
            + $"calibration {_tasks[task.Index].Calibration:F4}");
        return $"{nameof(EvaluationResult)}: {Examples} examples; {string.Join("; ", tasks)}";
    }
}
