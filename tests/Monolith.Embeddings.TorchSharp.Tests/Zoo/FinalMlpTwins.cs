namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>The equations of FinalMLP in double precision.</summary>
internal static class FinalMlpTwins
{
    private static readonly string[] User = ["user"], Items = ["item", "recent"];

    public static IEnumerable<ZooModule> Modules { get; } =
    [
        new("FinalMLP", (schema, seed) => new FinalMlpModule(schema, User, Items, [6], [4], [], heads: 2, seed: seed),
            (twin, row, tasks) => FinalMlp(twin, row, tasks, User, Items, heads: 2)),
        new("FinalMLP with learned gates", (schema, seed) => new FinalMlpModule(schema, null, [], [4], [6], [5], heads: 1, seed: seed),
            (twin, row, tasks) => FinalMlp(twin, row, tasks, [], [], heads: 1)),
    ];

    private static double[] FinalMlp(DoubleTwin twin, int row, int tasks, string[] first, string[] second, int heads)
    {
        double[] x = [.. twin.Segment(row), .. twin.Dense(row)];
        var (one, two) = (Stream(0, first, "first_context"), Stream(1, second, "second_context"));
        var logits = twin.Linear("linear.layers.0", [.. one, .. two]);
        var (bilinear, place) = (twin.Weights("bilinear"), 0);
        for (var task = 0; task < tasks; task++)
        {
            for (var head = 0; head < heads; head++)
            {
                foreach (var a in one.Chunk(one.Length / heads).ElementAt(head))
                {
                    foreach (var b in two.Chunk(two.Length / heads).ElementAt(head)) logits[task] += a * bilinear[place++] * b;
                }
            }
        }
        return logits;

        double[] Stream(int i, string[] slots, string learned)
        {
            double[] context = slots.Length > 0 ? [.. slots.SelectMany(slot => twin.Slot(row, slot))] : twin.Weights(learned);
            var gate = twin.Perceptron($"gates.{i}", context).Select(value => 2 / (1 + Math.Exp(-value)));
            return DoubleTwin.Relu(twin.Perceptron($"streams.{i}", [.. gate.Zip(x, (g, value) => g * value)]));
        }
    }
}
