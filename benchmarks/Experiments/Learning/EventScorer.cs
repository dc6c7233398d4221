using Monolith.Embeddings.Serving;
using OnlineTraining.Contest;

namespace Experiments.Learning;

/// <summary>Predicts events by a copy that serves, as an application would: in requests. One thread.</summary>
/// <param name="rows">The events: the learner's.</param>
/// <param name="model">The learner's numbers.</param>
internal sealed class EventScorer(LogRows rows, ModelSettings model)
{
    private const int RequestRows = 256;

    private readonly LogSchema _schema = new(rows, model);
    private readonly float[] _scores = new float[RequestRows];

    /// <summary>Predicts events.</summary>
    /// <param name="predictor">A replica, or a copy in the learner's process.</param>
    /// <param name="places">The events.</param>
    /// <returns>The predictions in the order of the events.</returns>
    public EventScores Score(Predictor predictor, IReadOnlyList<int> places)
    {
        var scores = new EventScores(new float[places.Count], new float[places.Count]);
        for (var first = 0; first < places.Count; first += RequestRows)
        {
            var count = Math.Min(RequestRows, places.Count - first);
            using var request = predictor.Rent(count);
            for (var row = 0; row < count; row++) _schema.Write(places[first + row], request);
            predictor.Predict(request, _scores.AsSpan(0, count));
            for (var row = 0; row < count; row++)
            {
                scores.Logits[first + row] = Logit(_scores[row]);
                scores.Labels[first + row] = rows.Log.LabelOf(places[first + row]) ? 1 : 0;
            }
        }
        return scores;
    }

    // A probability that was rounded to 0 or 1 has no finite logit.
    private static float Logit(float probability)
    {
        var inside = Math.Clamp((double)probability, 1e-8, 1 - 1e-8);
        return (float)Math.Log(inside / (1 - inside));
    }
}
