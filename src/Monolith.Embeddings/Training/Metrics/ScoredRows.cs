using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Training.Metrics;

/// <summary>Says which examples of a batch are scored, and with what logit and weight: see <see cref="ProgressiveMetrics"/>.</summary>
internal static class ScoredRows
{
    /// <summary>Gives them to a sink.</summary>
    /// <param name="task">The task.</param>
    /// <param name="examples">Labels and weights.</param>
    /// <param name="logits">[rows, tasks], without offsets.</param>
    /// <param name="asServed">Whether what was served counts in their place, where a row says it.</param>
    /// <param name="sink">Receives them.</param>
    public static void Visit<TSink>(LabelTask task, ExampleBatch examples, ReadOnlySpan<float> logits, bool asServed, TSink sink)
        where TSink : struct, IScoreSink
    {
        // Chosen once for all rows.
        if (task.Correction == FeedbackCorrection.FakeNegativeWeighting)
            Visit<WeightedNegativesRule, TSink>(task, examples, logits, asServed, sink);
        else Visit<LogLossRule, TSink>(task, examples, logits, asServed, sink);
    }

    private static void Visit<TRule, TSink>(
        LabelTask task, ExampleBatch examples, ReadOnlySpan<float> logits, bool asServed, TSink sink)
        where TRule : struct, IFeedbackRule
        where TSink : struct, IScoreSink
    {
        var tasks = examples.Schema.Tasks.Count;
        var labels = examples.Labels(task);
        var weights = examples.Weights;
        var isLate = examples.HasLate ? examples.IsLate : default;
        var keepRates = examples.HasKeepRates ? examples.KeepRates : default;
        var served = asServed && examples.HasServedPredictions(task) ? examples.ServedPredictions(task) : default;
        for (var row = 0; row < labels.Length; row++)
        {
            if (float.IsNaN(labels[row]) || (!isLate.IsEmpty && isLate[row])) continue;
            var isServed = !served.IsEmpty && !float.IsNaN(served[row]);
            var logit = TRule.StreamLogit(isServed ? task.LogitOf(served[row]) : logits[row * tasks + task.Index]);
            if (!float.IsFinite(logit))
            {
                sink.CountUnscored(row);
                continue;
            }
            if (isServed) sink.CountAsServed(row);
            sink.Add(row, logit, labels[row], keepRates.IsEmpty ? weights[row] : weights[row] / (double)keepRates[row]);
        }
    }
}
