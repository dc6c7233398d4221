using Monolith.Embeddings.Datasets;

namespace DelayedFeedback;

/// <summary>
/// Serves and learns as time goes on: each slice of time first predicts its impressions by what was learned before, and then learns what
/// goes out in it.
/// </summary>
/// <param name="scenario">Of which actions.</param>
/// <param name="stream">Impressions, actions and the truth.</param>
internal sealed class Measurement(Scenario scenario, SyntheticFeedbackStream stream)
{
    // So many slices are a mean delay.
    private const int Slices = 8;

    /// <summary>Runs a mode through.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="emissions">What it emits.</param>
    public Outcome Run(Mode mode, Emission[] emissions)
    {
        using var learner = new Learner(mode.Correction, scenario.MeanDelay, scenario.Rate);
        var served = new double[stream.Count];
        var (slice, start) = ((long)(scenario.MeanDelay.TotalMilliseconds / Slices), stream[0].Time.ToUnixTimeMilliseconds());
        var (asked, learned) = (0L, 0);
        for (var end = start + slice; asked < stream.Count; end += slice)
        {
            asked = Predict(learner, asked, end, served);
            learned = Learn(learner, emissions, learned, end);
        }
        return new Outcome(mode, scenario, stream, served, emissions.AsMemory(0, learned));
    }

    private long Predict(Learner learner, long asked, long end, double[] served)
    {
        var impressions = new List<SyntheticImpression>(Learner.BatchSize);
        for (; asked < stream.Count; asked++)
        {
            var next = stream[asked];
            if (next.Time.ToUnixTimeMilliseconds() >= end) break;
            impressions.Add(next);
            if (impressions.Count == Learner.BatchSize) Predict(learner, impressions, served);
        }
        Predict(learner, impressions, served);
        return asked;
    }

    private static void Predict(Learner learner, List<SyntheticImpression> impressions, double[] served)
    {
        if (impressions.Count == 0) return;
        learner.Predict([.. impressions], served.AsSpan((int)impressions[0].RequestId, impressions.Count));
        impressions.Clear();
    }

    private int Learn(Learner learner, Emission[] emissions, int learned, long end)
    {
        while (learned < emissions.Length && emissions[learned].Time < end)
        {
            var count = 1;
            while (count < Learner.BatchSize && learned + count < emissions.Length && emissions[learned + count].Time < end) count++;
            learner.Learn(emissions.AsSpan(learned, count), stream);
            learned += count;
        }
        return learned;
    }
}
