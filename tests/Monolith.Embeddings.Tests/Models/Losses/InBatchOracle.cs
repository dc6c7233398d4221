using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models.Losses;

/// <summary>A random batch of users and items, and its loss by plain loops in double precision.</summary>
internal sealed class InBatchOracle
{
    public InBatchOracle(int rows, int dimension, int seed, int items)
    {
        var random = new Random(seed);
        (Rows, Dimension) = (rows, dimension);
        Users = [.. Enumerable.Range(0, rows * dimension).Select(_ => random.NextSingle() * 2 - 1)];
        ItemIds = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(items) - 3)];
        // Rows of one item need not have one vector here: more can go wrong.
        Items = [.. Enumerable.Range(0, rows * dimension).Select(_ => random.NextSingle() * 2 - 1)];
        LogQ = [.. ItemIds.Select(id => (float)Math.Log((id + 4) / (items * (items + 1.0) / 2)))];
        Weights = [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) == 0 ? 0 : random.NextSingle() * 2)];
    }

    public int Rows { get; }

    public int Dimension { get; }

    public float[] Users { get; }

    public float[] Items { get; }

    public long[] ItemIds { get; }

    public float[] LogQ { get; set; }

    public float[] Weights { get; set; }

    public InBatchExamples Examples =>
        new() { Users = Users, Items = Items, Dimension = Dimension, ItemIds = ItemIds, LogQ = LogQ, Weights = Weights };

    public (float[] Losses, float[] Users, float[] Items) Compute(SoftmaxOptions options)
    {
        var (losses, users, items) = (new float[Rows], new float[Users.Length], new float[Items.Length]);
        Assert.That(new InBatchSoftmax(options).Compute(Examples, losses, users, items), Is.EqualTo(Rows));
        return (losses, users, items);
    }

    public (double[] Losses, double[] Users, double[] Items) Expected(SoftmaxOptions options)
    {
        var (losses, users, items) = (new double[Rows], new double[Users.Length], new double[Items.Length]);
        for (var i = 0; i < Rows; i++)
        {
            var logits = Enumerable.Range(0, Rows).Select(j => Logit(i, j, options)).ToArray();
            var total = logits.Sum(Math.Exp);
            losses[i] = Math.Log(total) - logits[i];
            for (var j = 0; j < Rows; j++)
            {
                var slope = Weight(i) / options.Temperature * (Math.Exp(logits[j]) / total - (i == j ? 1 : 0));
                for (var d = 0; d < Dimension; d++)
                {
                    users[i * Dimension + d] += slope * Items[j * Dimension + d];
                    items[j * Dimension + d] += slope * Users[i * Dimension + d];
                }
            }
        }
        return (losses, users, items);
    }

    /// <summary>The sum of weight times loss.</summary>
    public double Loss(SoftmaxOptions options) => Expected(options).Losses.Select((loss, i) => Weight(i) * loss).Sum();

    private double Weight(int row) => Weights.Length == 0 ? 1 : Weights[row];

    private double Logit(int i, int j, SoftmaxOptions options)
    {
        if (i != j && (ItemIds[i] == ItemIds[j] || (options.MaskRepeats && ItemIds.AsSpan(0, j).Contains(ItemIds[j]))))
            return double.NegativeInfinity;
        var dot = 0.0;
        for (var d = 0; d < Dimension; d++) dot += (double)Users[i * Dimension + d] * Items[j * Dimension + d];
        var score = dot / options.Temperature;
        if (LogQ.Length == 0 || (i == j && options.Correction == SoftmaxCorrection.NegativesOnly)) return score;
        var (q, draws) = (Math.Exp(LogQ[j]), Math.Max(1, Rows - 1));
        if (options.MaskRepeats) return score - Math.Log(1 - Math.Pow(1 - q, draws));
        return score - Math.Log(q) - (options.Correction == SoftmaxCorrection.NegativesOnly ? Math.Log(draws) : 0);
    }
}
