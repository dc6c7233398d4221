namespace Monolith.Embeddings.Training.Metrics;

/// <summary>
/// Cuts a histogram of logits into buckets of about equal weight. The prediction of a bin is that of its middle, at most a 2,048th of a
/// logit off and so at most an 8,192nd of a probability; beyond the histogram's range it is off by less than 2e-7.
/// </summary>
internal static class CalibrationBuckets
{
    private const int Default = 20;

    /// <summary>
    /// The buckets, by ascending prediction. A bin is never cut: one that holds much ends a bucket that has more than its share, and there
    /// are fewer.
    /// </summary>
    public static CalibrationBucket[] Of(AucHistogram histogram, int count)
    {
        var buckets = new List<CalibrationBucket>();
        Visit(histogram, count, buckets.Add);
        return [.. buckets];
    }

    /// <summary>The expected calibration error over 20 buckets; NaN without examples.</summary>
    public static double ErrorOf(AucHistogram histogram)
    {
        double error = 0, weight = 0;
        Visit(histogram, Default, bucket =>
        {
            error += bucket.Weight * Math.Abs(bucket.MeanPrediction - bucket.MeanLabel);
            weight += bucket.Weight;
        });
        return error / weight;
    }

    private static void Visit(AucHistogram histogram, int count, Action<CalibrationBucket> visit)
    {
        var positives = histogram.Positives;
        var negatives = histogram.Negatives;
        var total = 0.0;
        for (var bin = 0; bin < positives.Length; bin++) total += positives[bin] + negatives[bin];
        double weight = 0, labels = 0, predictions = 0, before = 0;
        int first = -1, last = 0, closed = 1;
        for (var bin = 0; bin < positives.Length; bin++)
        {
            var own = positives[bin] + negatives[bin];
            if (own == 0) continue;
            if (first < 0) first = bin;
            last = bin;
            weight += own;
            labels += positives[bin];
            predictions += own * histogram.PredictionOf(bin);
            if (before + weight < total * closed / count) continue;
            Close();
        }
        // What rounding left over.
        if (first >= 0) Close();

        void Close()
        {
            visit(new()
            {
                From = histogram.PredictionOf(first),
                To = histogram.PredictionOf(last),
                Weight = weight,
                MeanPrediction = predictions / weight,
                MeanLabel = labels / weight,
            });
            before += weight;
            while (closed < count && total * closed / count <= before) closed++;
            first = -1;
            weight = labels = predictions = 0;
        }
    }
}
