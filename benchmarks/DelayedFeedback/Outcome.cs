using Monolith.Embeddings.Datasets;

namespace DelayedFeedback;

/// <summary>What a mode served, and when it learned.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Scenario">Of which actions.</param>
/// <param name="Stream">Impressions and the truth.</param>
/// <param name="Served">The probability that was served for each impression.</param>
/// <param name="Learned">What was learned from.</param>
internal sealed record Outcome(
    Mode Mode, Scenario Scenario, SyntheticFeedbackStream Stream, double[] Served, ReadOnlyMemory<Emission> Learned)
{
    /// <summary>The mean of what was served by the mean of the true chances, between two times in mean delays since the start.</summary>
    public double Bias(double from, double to = double.MaxValue)
    {
        double served = 0, truth = 0;
        foreach (var impression in Between(from, to))
        {
            served += Served[impression.RequestId];
            truth += impression.Probability;
        }
        return served / truth;
    }

    /// <summary>The mean of what a model would serve that learned its stream exactly, by the mean of the true chances.</summary>
    public double ExpectedBias(double from)
    {
        double served = 0, truth = 0;
        foreach (var impression in Between(from, double.MaxValue))
        {
            var within = 1 - Math.Exp(-(Mode.Window * Scenario.MeanDelay / impression.MeanDelay));
            served += Mode.Served(impression.Probability, within);
            truth += impression.Probability;
        }
        return served / truth;
    }

    /// <summary>The area under the ROC curve, where an impression is positive whose action ever comes.</summary>
    public double Auc(double from)
    {
        var ranked = Between(from, double.MaxValue).Select(i => (Score: Served[i.RequestId], Acted: i.ActionTime is not null))
            .OrderBy(i => i.Score).ToArray();
        double positives = 0, negatives = 0, pairs = 0;
        for (int first = 0, next; first < ranked.Length; first = next)
        {
            double acted = 0, others = 0;
            for (next = first; next < ranked.Length && ranked[next].Score == ranked[first].Score; next++)
            {
                if (ranked[next].Acted) acted++;
                else others++;
            }
            pairs += acted * (negatives + others / 2);
            (positives, negatives) = (positives + acted, negatives + others);
        }
        return pairs / (positives * negatives);
    }

    /// <summary>The seconds from an impression to an example of it: mean, median and 95 in 100, of positives or of all.</summary>
    public (double Mean, double Median, double Most) Delays(double from, bool ofPositives)
    {
        var start = Stream[0].Time + from * Scenario.MeanDelay;
        var delays = new List<double>();
        foreach (var emission in Learned.Span)
        {
            var time = Stream[emission.RequestId].Time;
            if (time < start || (ofPositives && emission.Label == 0)) continue;
            delays.Add((emission.Time - time.ToUnixTimeMilliseconds()) / 1000.0);
        }
        delays.Sort();
        return delays.Count == 0 ? default : (delays.Average(), delays[delays.Count / 2], delays[delays.Count * 95 / 100]);
    }

    private IEnumerable<SyntheticImpression> Between(double from, double to)
    {
        var start = Stream[0].Time;
        return Stream.ReadImpressions().Where(i => (i.Time - start) / Scenario.MeanDelay is var passed && passed >= from && passed < to);
    }
}
