namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Equations of the modules that look at a sequence for a candidate, in double precision.</summary>
internal static class AttentionTwins
{
    private static readonly (string, string)[] One = [("history", "item")], Two = [("history", "item"), ("history", "user")];

    public static IEnumerable<ZooModule> Modules { get; } =
    [
        new("DIN", (schema, seed) => new DinModule(schema, One, [6, 3], [7, 5], seed: seed), (twin, row, _) => Din(twin, row, One))
        {
            HasSequence = true,
        },
        new("DIN for two candidates", (schema, seed) => new DinModule(schema, Two, [], [7], seed: seed),
            (twin, row, _) => Din(twin, row, Two))
        {
            HasSequence = true,
        },
    ];

    private static double[] Din(DoubleTwin twin, int row, (string Sequence, string Candidate)[] pairs)
    {
        var seen = new List<double>(twin.Segment(row));
        for (var pair = 0; pair < pairs.Length; pair++)
        {
            var (q, sum) = (twin.Slot(row, pairs[pair].Candidate), new double[ZooModule.Dimension]);
            foreach (var k in twin.Steps(row, pairs[pair].Sequence))
            {
                var weight = twin.Perceptron($"attention.{pair}", [.. q, .. k, .. q.Zip(k, (x, y) => x - y), .. q.Zip(k, (x, y) => x * y)]);
                for (var i = 0; i < sum.Length; i++) sum[i] += weight[0] * k[i];
            }
            seen.AddRange(sum);
        }
        return twin.Perceptron("perceptron", [.. seen, .. twin.Dense(row)]);
    }
}
