namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Equations of the modules that cross pooled vectors, in double precision.</summary>
internal static class CrossingTwins
{
    private const int Dimension = ZooModule.Dimension;

    public static IEnumerable<ZooModule> Modules { get; } =
    [
        new("DeepFM", (schema, seed) => new DeepFmModule(schema, [7, 5], seed: seed), DeepFm),
        new("DeepFM without layers", (schema, seed) => new DeepFmModule(schema, [], seed: seed), DeepFm),
        new("DLRM", (schema, seed) => new DlrmModule(schema, [6], [7, 5], seed: seed + 5), Dlrm),
        new("DCN-v2", (schema, seed) => new DcnV2Module(schema, 3, [7, 5], seed: seed), (twin, row, _) => Dcn(twin, row, isStacked: false)),
        new("DCN-v2 stacked", (schema, seed) => new DcnV2Module(schema, 2, [7, 5], isStacked: true, seed: seed),
            (twin, row, _) => Dcn(twin, row, isStacked: true)),
        new("DCN-v2 of low rank", (schema, seed) => new DcnV2Module(schema, 2, [7], rank: 3, seed: seed),
            (twin, row, _) => Dcn(twin, row, isStacked: false)),
        new("DCN-v2 without perceptron", (schema, seed) => new DcnV2Module(schema, 2, [], seed: seed),
            (twin, row, _) => Dcn(twin, row, isStacked: false)),
    ];

    private static double[] DeepFm(DoubleTwin twin, int row, int tasks)
    {
        var (fields, logits) = (twin.Fields(row, Dimension), (double[])twin.Weights("bias").Clone());
        var deep = twin.Perceptron("perceptron", [.. twin.Segment(row), .. twin.Dense(row)]);
        var linear = twin.Has("linear.weight") ? twin.Linear("linear", twin.Dense(row)) : new double[tasks];
        for (var task = 0; task < tasks; task++)
        {
            logits[task] += twin.Segment(row, "bias").Sum() + linear[task] + deep[task];
            for (var i = 0; i < fields.Length; i++)
            {
                for (var j = i + 1; j < fields.Length; j++)
                {
                    for (var f = 0; f < Dimension; f++)
                    {
                        var weight = tasks > 1 ? twin.Weights("interaction")[task * Dimension + f] : 1;
                        logits[task] += weight * fields[i][f] * fields[j][f];
                    }
                }
            }
        }
        return logits;
    }

    private static double[] Dlrm(DoubleTwin twin, int row, int tasks)
    {
        var vectors = new List<double[]>(twin.Fields(row, Dimension));
        double[] z = twin.Has("bottom.layers.0.weight") ? DoubleTwin.Relu(twin.Perceptron("bottom", twin.Dense(row))) : [];
        if (z.Length > 0) vectors.Insert(0, z);
        var products = from i in Enumerable.Range(0, vectors.Count)
                       from j in Enumerable.Range(0, vectors.Count)
                       where i < j
                       select DoubleTwin.Dot(vectors[i], vectors[j]);
        return twin.Perceptron("top", [.. z, .. products]);
    }

    private static double[] Dcn(DoubleTwin twin, int row, bool isStacked)
    {
        double[] first = [.. twin.Segment(row), .. twin.Dense(row)];
        var crossed = first;
        for (var layer = 0; twin.Has($"cross.{layer}.weight"); layer++)
        {
            var narrow = twin.Has($"narrow.{layer}.weight") ? twin.Linear($"narrow.{layer}", crossed) : crossed;
            var mapped = twin.Linear($"cross.{layer}", narrow);
            crossed = [.. first.Select((value, i) => value * mapped[i] + crossed[i])];
        }
        if (!twin.Has("perceptron.layers.0.weight")) return twin.Perceptron("last", crossed);
        var deep = DoubleTwin.Relu(twin.Perceptron("perceptron", isStacked ? crossed : first));
        return twin.Perceptron("last", isStacked ? deep : [.. crossed, .. deep]);
    }
}
