using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Training.Metrics;

/// <summary>Logits with labels and weights, and what the definitions say of them, by sorting and counting.</summary>
internal sealed class ScoredStream
{
    private ScoredStream(IEnumerable<(float Logit, float Label, float Weight)> rows)
    {
        Rows = [.. rows];
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", row => row.Bias(new SgdOptions()));
        builder.Slot("s", "t");
        var task = builder.Task("y");
        Schema = builder.Build();
        Batch = new ExampleBatch(Schema);
        foreach (var (_, label, weight) in Rows)
        {
            Batch.BeginExample().Label(task, label).Weight(weight);
            Batch.EndRow();
        }
    }

    public (float Logit, float Label, float Weight)[] Rows { get; }

    public FeatureSchema Schema { get; }

    public ExampleBatch Batch { get; }

    public LabelTask Task => Schema.Tasks[0];

    public float[] Logits => [.. Rows.Select(row => row.Logit)];

    /// <summary>Streams that a histogram finds easy, and those that it finds hard.</summary>
    public static ScoredStream Of(StreamKind kind, int seed, int count)
    {
        var random = new Random(seed);
        return new(Enumerable.Range(0, count).Select(i => kind switch
        {
            StreamKind.Wide => Row(8 * random.NextSingle() - 4),
            StreamKind.OneBin => Row(0.25f + 0.0009f * random.NextSingle()),
            StreamKind.OneBinInOrder => (0.25f + i * (0.0009f / count), i < count / 2 ? 0 : 1, 1),
            StreamKind.OneBinReversed => (0.25f + i * (0.0009f / count), i < count / 2 ? 1 : 0, 1),
            StreamKind.Edges => Row(MathF.BitIncrement(random.Next(-30, 30) / 1024f) - (random.Next(3) * 1e-7f)),
            StreamKind.Beyond => Row(random.Next(2) == 0 ? 20 + random.NextSingle() : (random.NextSingle() - 0.5f) * 1e30f),
            StreamKind.Clusters => Row((random.Next(5) - 2) + 0.002f * random.NextSingle()),
            StreamKind.Rare => (random.NextSingle() * 2, random.Next(100) == 0 ? 1 : 0, 1),
            _ => (0.5f, random.Next(2), random.NextSingle()),
        }));

        // Some labels are between 0 and 1, some weights 0.
        (float, float, float) Row(float logit) => (
            logit, random.Next(8) == 0 ? random.NextSingle() : random.NextDouble() < 1 / (1 + Math.Exp(-logit)) ? 1 : 0,
            random.Next(5) == 0 ? 0 : random.NextSingle());
    }

    public double Auc()
    {
        double pairs = 0, ordered = 0;
        foreach (var a in Rows)
        {
            foreach (var b in Rows)
            {
                var weight = (double)a.Weight * a.Label * b.Weight * (1 - (double)b.Label);
                pairs += weight;
                ordered += weight * (a.Logit > b.Logit ? 1 : a.Logit == b.Logit ? 0.5 : 0);
            }
        }
        return ordered / pairs;
    }

    public double AveragePrecision()
    {
        double positives = 0, all = 0, area = 0;
        foreach (var threshold in Rows.GroupBy(row => row.Logit).OrderByDescending(group => group.Key))
        {
            var own = threshold.Sum(row => (double)row.Weight * row.Label);
            positives += own;
            all += threshold.Sum(row => (double)row.Weight);
            if (own > 0) area += own * positives / all;
        }
        return area / positives;
    }

    public double LogLoss() =>
        Rows.Sum(r => r.Weight * -((r.Label * Math.Log(Sigmoid(r.Logit))) + ((1 - r.Label) * Math.Log(1 - Sigmoid(r.Logit)))))
        / Rows.Sum(r => (double)r.Weight);

    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
