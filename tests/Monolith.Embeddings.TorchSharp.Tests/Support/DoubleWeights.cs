using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>The weights of a module in double precision, and plain loops over them: layers of encoders as their equations say.</summary>
internal sealed class DoubleWeights(nn.Module module)
{
    private readonly Dictionary<string, (double[] Values, long[] Shape)> _weights =
        module.state_dict().ToDictionary(pair => pair.Key, pair => (Read(pair.Value), pair.Value.shape));

    public bool Has(string name) => _weights.ContainsKey(name);

    public double[] Of(string name) => _weights[name].Values;

    public double[] Row(string name, int row) => [.. Of(name).Chunk((int)_weights[name].Shape[1]).ElementAt(row)];

    public double[] Linear(string name, double[] x)
    {
        var shape = _weights[$"{name}.weight"].Shape;
        Assert.That(shape[1], Is.EqualTo(x.Length), name);
        var result = new double[shape[0]];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Dot(Row($"{name}.weight", i), x);
            if (Has($"{name}.bias")) result[i] += Of($"{name}.bias")[i];
        }
        return result;
    }

    public double[] Perceptron(string name, double[] x)
    {
        for (var i = 0; ; i++)
        {
            x = Linear($"{name}.layers.{i}", x);
            if (!Has($"{name}.layers.{i + 1}.weight")) return x;
            x = Relu(x);
        }
    }

    public double[] Norm(string name, double[] x, double epsilon)
    {
        var mean = x.Average();
        var scale = 1 / Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + epsilon);
        return
        [
            .. x.Select((value, i) => Has($"{name}.weight")
                ? (value - mean) * scale * Of($"{name}.weight")[i] + Of($"{name}.bias")[i]
                : (value - mean) * scale),
        ];
    }

    /// <summary>A layer over the steps of one row.</summary>
    public double[][] Layer(
        string name, double[][] x, Func<int, int, bool> sees, int heads, bool isNormFirst = false, double epsilon = 1e-5)
    {
        if (isNormFirst)
        {
            var attended = Attention($"{name}.attention", [.. x.Select(v => Norm($"{name}.attention_norm", v, epsilon))], sees, heads);
            x = [.. x.Zip(attended, Sum)];
            return [.. x.Select(v => Sum(v, Units(name, Norm($"{name}.norm", v, epsilon))))];
        }
        x = [.. x.Zip(Attention($"{name}.attention", x, sees, heads), Sum).Select(v => Norm($"{name}.attention_norm", v, epsilon))];
        return [.. x.Select(v => Norm($"{name}.norm", Sum(v, Units(name, v)), epsilon))];
    }

    public static double[] Relu(double[] x) => [.. x.Select(value => Math.Max(0, value))];

    public static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    public static double[] Sum(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    public static double[] Unit(double[] x) => [.. x.Select(value => value / Math.Sqrt(Dot(x, x)))];

    private double[] Units(string name, double[] x) => Linear($"{name}.last", Relu(Linear($"{name}.first", x)));

    private double[][] Attention(string name, double[][] x, Func<int, int, bool> sees, int heads)
    {
        var (queries, keys) = (x.Select(v => Linear($"{name}.query", v)).ToArray(), x.Select(v => Linear($"{name}.key", v)).ToArray());
        var (values, size) = (x.Select(v => Linear($"{name}.value", v)).ToArray(), x.Length == 0 ? 0 : x[0].Length / heads);
        var result = new double[x.Length][];
        for (var i = 0; i < x.Length; i++)
        {
            var mixed = new double[heads * size];
            for (var head = 0; head < heads; head++)
            {
                var part = new Range(head * size, (head + 1) * size);
                var seen = Enumerable.Range(0, x.Length).Where(j => sees(i, j)).ToArray();
                var weights = seen.Select(j => Math.Exp(Dot(queries[i][part], keys[j][part]) / Math.Sqrt(size))).ToArray();
                for (var s = 0; s < seen.Length; s++)
                {
                    for (var f = 0; f < size; f++) mixed[head * size + f] += weights[s] / weights.Sum() * values[seen[s]][head * size + f];
                }
            }
            result[i] = Linear($"{name}.output", mixed);
        }
        return result;
    }

    private static double[] Read(Tensor tensor)
    {
        using var host = tensor.detach().to(ScalarType.Float64);
        return [.. host.data<double>()];
    }
}
