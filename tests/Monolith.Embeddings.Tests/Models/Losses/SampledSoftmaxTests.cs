using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models.Losses;

public class SampledSoftmaxTests
{
    private const int Items = 20;

    // Scores of one user, and what items are drawn by.
    private static readonly double[] Scores = [.. Enumerable.Range(0, Items).Select(i => Math.Sin(3 * i) * 2)];
    private static readonly double[] Q = [.. Enumerable.Range(0, Items).Select(i => (i + 1) / (Items * (Items + 1) / 2.0))];

    [Test]
    public void It_is_what_plain_loops_give([Values] SoftmaxCorrection correction, [Values] bool isCorrected, [Values(1, 5)] int negatives)
    {
        const int Rows = 11, Dimension = 6;
        var random = new Random(negatives);
        var (users, positives) = (Draw(Rows * Dimension), Draw(Rows * Dimension));
        var drawn = Draw(Rows * negatives * Dimension);
        long[] ids = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt64(4))];
        long[] drawnIds = [.. Enumerable.Range(0, Rows * negatives).Select(_ => random.NextInt64(4))];
        var (logQ, drawnLogQ) = (isCorrected ? Draw(Rows) : [], isCorrected ? Draw(Rows * negatives) : []);
        float[] weights = [.. Draw(Rows).Select(Math.Abs)];
        var examples = new SampledSoftmaxExamples
        {
            Users = users,
            Positives = positives,
            Negatives = drawn,
            Dimension = Dimension,
            NegativeCount = negatives,
            PositiveIds = ids,
            NegativeIds = drawnIds,
            NegativeLogQ = drawnLogQ,
            PositiveLogQ = logQ,
            Weights = weights,
        };
        var losses = new float[Rows];
        var (userGradients, positiveGradients) = (new float[users.Length], new float[users.Length]);
        var negativeGradients = new float[drawn.Length];
        var options = new SoftmaxOptions { Correction = correction, Temperature = 0.5f };
        Assert.That(new SampledSoftmax(options).Compute(
            in examples, losses, new() { Users = userGradients, Positives = positiveGradients, Negatives = negativeGradients }),
            Is.EqualTo(Rows));
        for (var row = 0; row < Rows; row++) Assert.That(losses[row], Is.EqualTo(Loss(row)).Within(1e-5));
        AreDifferences(users, userGradients);
        AreDifferences(positives, positiveGradients);
        AreDifferences(drawn, negativeGradients);

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1.5f)];

        double Loss(int row)
        {
            var isFirst = isCorrected && correction == SoftmaxCorrection.AllLogits;
            var positive = Dot(positives, row) - (isFirst ? logQ[row] : 0);
            var total = Math.Exp(positive);
            for (var j = row * negatives; j < (row + 1) * negatives; j++)
            {
                if (drawnIds[j] == ids[row]) continue;
                var constant = correction == SoftmaxCorrection.NegativesOnly ? Math.Log(negatives) : 0;
                total += Math.Exp(Dot(drawn, j) - (isCorrected ? drawnLogQ[j] + constant : 0));
            }
            return Math.Log(total) - positive;

            double Dot(float[] items, int item) =>
                Enumerable.Range(0, Dimension).Sum(d => (double)users[row * Dimension + d] * items[item * Dimension + d]) / 0.5;
        }

        void AreDifferences(float[] vectors, float[] gradient)
        {
            for (var i = 0; i < vectors.Length; i++)
            {
                var (before, step) = (vectors[i], 1f / 256);
                vectors[i] = before + step;
                var above = Enumerable.Range(0, Rows).Sum(row => weights[row] * Loss(row));
                vectors[i] = before - step;
                var below = Enumerable.Range(0, Rows).Sum(row => weights[row] * Loss(row));
                vectors[i] = before;
                Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(3e-4));
            }
        }
    }

    [Test]
    public void The_expectation_of_the_sum_is_the_sum_over_all_items([Values(1, 3, 10)] int draws)
    {
        const int Positive = 4;
        var (losses, _) = Sample(draws, rows: 200_000, Positive, new Random(1));
        // Loss is ln(e^s + sum) - s.
        var sums = losses.Select(loss => Math.Exp(loss + Scores[Positive])).ToArray();
        var (mean, all) = (sums.Average(), Scores.Sum(Math.Exp));
        var spread = Math.Sqrt(sums.Average(sum => (sum - mean) * (sum - mean)) / sums.Length);
        Assert.That(mean, Is.EqualTo(all).Within(4 * spread));
        Assert.That(spread, Is.LessThan(0.01 * all));
    }

    [Test]
    public void The_bias_of_the_gradient_falls_about_as_one_by_k()
    {
        const int Positive = 4;
        var p = Scores.Select(score => Math.Exp(score) / Scores.Sum(Math.Exp)).ToArray();
        // Of the user's vector, which is 1: the mean score less the positive's.
        var exact = p.Zip(Scores, (chance, score) => chance * score).Sum() - Scores[Positive];
        var bias = new[] { (10, 400_000), (100, 100_000), (1000, 40_000) }.Select(kind =>
            Math.Abs(Sample(kind.Item1, kind.Item2, Positive, new Random(kind.Item1)).Gradients.Average() - exact)).ToArray();
        Assert.That(bias[0] / bias[1], Is.InRange(5, 20), string.Join(' ', bias));
        Assert.That(bias[1] / bias[2], Is.InRange(4, 25), string.Join(' ', bias));
    }

    [Test]
    public void All_items_once_with_equal_Q_are_the_full_softmax([Values] SoftmaxCorrection correction)
    {
        var logQ = -MathF.Log(Items);
        for (var positive = 0; positive < Items; positive++)
        {
            float[] all = [.. Scores.Select(score => (float)score)];
            var examples = new SampledSoftmaxExamples
            {
                Users = [1],
                Positives = [all[positive]],
                Negatives = all,
                Dimension = 1,
                NegativeCount = Items,
                PositiveIds = [positive],
                NegativeIds = [.. Enumerable.Range(0, Items).Select(i => (long)i)],
                PositiveLogQ = [logQ],
                NegativeLogQ = [.. Enumerable.Repeat(logQ, Items)],
            };
            var (losses, users) = (new float[1], new float[1]);
            var negatives = new float[Items];
            new SampledSoftmax(new() { Correction = correction }).Compute(
                in examples, losses, new() { Users = users, Positives = new float[1], Negatives = negatives });
            var total = Scores.Sum(Math.Exp);
            Assert.That(losses[0], Is.EqualTo(Math.Log(total) - Scores[positive]).Within(1e-6));
            for (var i = 0; i < Items; i++)
                Assert.That(negatives[i], Is.EqualTo(i == positive ? 0 : Math.Exp(Scores[i]) / total).Within(1e-6));
        }
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        SoftmaxOptions[] kinds = [new(), new() { Correction = SoftmaxCorrection.NegativesOnly }];
        Assert.That(() => Compute(kinds[0], [-1], []), Throws.ArgumentException.With.Message.Contains("one of them is missing"));
        Assert.That(() => Compute(kinds[1], [-1], []), Throws.Nothing);
        Assert.That(() => Compute(kinds[1], [float.NaN], []), Throws.ArgumentException);
        Assert.That(() => Compute(kinds[0], [-1], [-1, -1]), Throws.ArgumentException);
        Assert.That(() => Compute(kinds[0], [], [], count: 0), Throws.ArgumentException.With.Message.Contains("0 negatives"));
        Assert.That(() => Compute(kinds[0], [], [], count: 2), Throws.ArgumentException);

        static void Compute(SoftmaxOptions options, float[] negativeLogQ, float[] positiveLogQ, int count = 1)
        {
            var examples = new SampledSoftmaxExamples
            {
                Users = [1],
                Positives = [1],
                Negatives = [1],
                Dimension = 1,
                NegativeCount = count,
                PositiveIds = [1],
                NegativeIds = [2],
                NegativeLogQ = negativeLogQ,
                PositiveLogQ = positiveLogQ,
            };
            new SampledSoftmax(options).Compute(
                in examples, new float[1], new() { Users = new float[1], Positives = new float[1], Negatives = new float[1] });
        }
    }

    // Losses and the user's gradients of so many samples for one user, whose vector is 1.
    private static (float[] Losses, float[] Gradients) Sample(int draws, int rows, int positive, Random random)
    {
        const int Most = 2000;
        var cumulated = Q.Select((_, i) => Q.Take(i + 1).Sum()).ToArray();
        var softmax = new SampledSoftmax(new() { Correction = SoftmaxCorrection.NegativesOnly });
        var (losses, gradients) = (new float[rows], new float[rows]);
        var (ids, items, logQ) = (new long[Most * draws], new float[Most * draws], new float[Most * draws]);
        var (users, positives) = (Enumerable.Repeat(1f, Most).ToArray(), Enumerable.Repeat((float)Scores[positive], Most).ToArray());
        var (positiveIds, positiveGradients) = (Enumerable.Repeat((long)positive, Most).ToArray(), new float[Most]);
        var negativeGradients = new float[Most * draws];
        for (var first = 0; first < rows; first += Most)
        {
            for (var i = 0; i < ids.Length; i++)
            {
                var found = Array.BinarySearch(cumulated, random.NextDouble());
                var item = Math.Min(found < 0 ? ~found : found, Items - 1);
                (ids[i], items[i], logQ[i]) = (item, (float)Scores[item], (float)Math.Log(Q[item]));
            }
            var examples = new SampledSoftmaxExamples
            {
                Users = users,
                Positives = positives,
                Negatives = items,
                Dimension = 1,
                NegativeCount = draws,
                PositiveIds = positiveIds,
                NegativeIds = ids,
                NegativeLogQ = logQ,
            };
            softmax.Compute(in examples, losses.AsSpan(first, Most),
                new() { Users = gradients.AsSpan(first, Most), Positives = positiveGradients, Negatives = negativeGradients });
        }
        return (losses, gradients);
    }
}
