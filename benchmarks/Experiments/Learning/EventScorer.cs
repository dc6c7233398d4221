using Experiments.Data;
using Experiments.Ids;
using Monolith.Embeddings.Serving;
using OnlineTraining.Contest;
using Scoring;

namespace Experiments.Learning;

/// <summary>Predicts events by a copy that serves, as an application would: in requests. One thread.</summary>
/// <param name="log">The events.</param>
/// <param name="scheme">How their values become rows: the learner's.</param>
/// <param name="model">The learner's numbers.</param>
internal sealed class EventScorer(EventLog log, IdScheme scheme, ModelSettings model)
{
    private const int RequestRows = 256;

    private readonly LogSchema _schema = new(log, scheme, model);
    private readonly float[] _scores = new float[RequestRows];

    /// <summary>Predicts events, and adds what was predicted, and what happened, to a log.</summary>
    /// <param name="predictor">A replica, or a copy in the learner's process.</param>
    /// <param name="places">The events.</param>
    /// <param name="scores">Receives them in the order of the events.</param>
    public void Score(Predictor predictor, IEnumerable<int> places, ScoreLog scores)
    {
        foreach (var chunk in places.Chunk(RequestRows))
        {
            using var request = predictor.Rent(chunk.Length);
            foreach (var place in chunk) _schema.Write(place, request);
            predictor.Predict(request, _scores.AsSpan(0, chunk.Length));
            for (var row = 0; row < chunk.Length; row++) scores.Add(Logit(_scores[row]), log.LabelOf(chunk[row]) ? 1 : 0);
        }
    }

    // A probability that was rounded to 0 or 1 has no finite logit.
    private static float Logit(float probability)
    {
        var inside = Math.Clamp((double)probability, 1e-8, 1 - 1e-8);
        return (float)Math.Log(inside / (1 - inside));
    }
}
