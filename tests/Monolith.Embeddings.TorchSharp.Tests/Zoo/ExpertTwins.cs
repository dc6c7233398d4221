namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Equations of the modules that mix experts for several tasks, in double precision.</summary>
internal static class ExpertTwins
{
    public static IEnumerable<ZooModule> Modules { get; } =
    [
        new("MMoE", (schema, seed) => new MmoeModule(schema, 3, [7, 5], [6], seed: seed), Mmoe),
        new("MMoE of one expert", (schema, seed) => new MmoeModule(schema, 1, [5], [], seed: seed), Mmoe),
        new("PLE", (schema, seed) => new PleModule(schema, 2, 2, 1, [5], [], seed: seed),
            (twin, row, tasks) => Ple(twin, row, tasks, levels: 2))
        {
            AllowedAllocation = 80_000,
        },
        new("PLE of one level", (schema, seed) => new PleModule(schema, 1, 1, 2, [5], [], seed: seed),
            (twin, row, tasks) => Ple(twin, row, tasks, levels: 1)),
    ];

    private static double[] Mmoe(DoubleTwin twin, int row, int tasks)
    {
        double[] x = [.. twin.Segment(row), .. twin.Dense(row)];
        var experts = Experts(twin, "experts", x);
        return [.. Enumerable.Range(0, tasks).Select(task => twin.Perceptron($"towers.{task}", Mix(twin, $"gates.{task}", x, experts))[0])];
    }

    private static double[] Ple(DoubleTwin twin, int row, int tasks, int levels)
    {
        double[] x = [.. twin.Segment(row), .. twin.Dense(row)];
        var (ofTasks, shared) = (Enumerable.Repeat(x, tasks).ToArray(), x);
        for (var level = 0; level < levels; level++)
        {
            var own = ofTasks.Select((h, task) => Experts(twin, $"experts.{level}.{task}", h)).ToArray();
            var common = Experts(twin, $"experts.{level}.{tasks}", shared);
            ofTasks = [.. ofTasks.Select((h, task) => Mix(twin, $"gates.{level}.{task}", h, [.. own[task], .. common]))];
            if (level < levels - 1) shared = Mix(twin, $"gates.{level}.{tasks}", shared, [.. own.SelectMany(all => all), .. common]);
            Assert.That(twin.Has($"gates.{level}.{tasks}.weight"), Is.EqualTo(level < levels - 1), "a gate of the shared experts");
        }
        return [.. ofTasks.Select((h, task) => twin.Perceptron($"towers.{task}", h)[0])];
    }

    private static double[][] Experts(DoubleTwin twin, string name, double[] x)
    {
        var results = new List<double[]>();
        while (twin.Has($"{name}.{results.Count}.layers.0.weight"))
            results.Add(DoubleTwin.Relu(twin.Perceptron($"{name}.{results.Count}", x)));
        return [.. results];
    }

    private static double[] Mix(DoubleTwin twin, string gate, double[] x, double[][] experts)
    {
        var (weights, sum) = (DoubleTwin.Softmax(twin.Linear(gate, x)), new double[experts[0].Length]);
        Assert.That(weights, Has.Length.EqualTo(experts.Length), gate);
        for (var i = 0; i < experts.Length; i++)
        {
            for (var j = 0; j < sum.Length; j++) sum[j] += weights[i] * experts[i][j];
        }
        return sum;
    }
}
