using Scoring;

namespace Experiments.Learning;

/// <summary>What was predicted for some events, and what happened.</summary>
/// <param name="Logits">A logit an event.</param>
/// <param name="Labels">1 for a positive event, 0 for another.</param>
internal sealed record EventScores(float[] Logits, float[] Labels)
{
    /// <summary>Adds them to a log, in their order.</summary>
    public void AddTo(ScoreLog scores)
    {
        for (var i = 0; i < Logits.Length; i++) scores.Add(Logits[i], Labels[i]);
    }
}
