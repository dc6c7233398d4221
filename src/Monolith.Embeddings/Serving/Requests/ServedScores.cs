using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>Makes probabilities of logits, as the correction of each task says.</summary>
internal static class ServedScores
{
    /// <param name="tasks">The tasks.</param>
    /// <param name="scores">The logits, [rows, tasks]; receives the probabilities.</param>
    public static void FromLogits(IReadOnlyList<LabelTask> tasks, Span<float> scores)
    {
        var areAllLogistic = true;
        // By place, since enumerating a list through its interface would allocate.
        for (var i = 0; i < tasks.Count; i++) areAllLogistic &= tasks[i].Correction != FeedbackCorrection.FakeNegativeCalibration;
        if (areAllLogistic)
        {
            foreach (ref var score in scores) score = Logistic.Sigmoid(score);
            return;
        }
        for (var start = 0; start < scores.Length; start += tasks.Count)
        {
            for (var i = 0; i < tasks.Count; i++) scores[start + i] = tasks[i].Probability(scores[start + i]);
        }
    }
}
