using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Inputs and weights of a model in double precision, and plain loops over them, in which equations are written.</summary>
internal sealed class DoubleTwin(TorchModel model, Batch batch)
{
    private readonly Dictionary<string, (double[] Values, int[] Shape)> _weights = model.Parameters.ToDictionary(p => p.Name, Read);

    public bool Has(string name) => _weights.ContainsKey(name);

    public double[] Weights(string name) => _weights[name].Values;

    public double[] Segment(int row, string name = RowBuilder.VectorName)
    {
        var segment = model.Schema.Layout.Find(name)!;
        return [.. batch.Inputs.Block(segment).Slice(row * segment.Width, segment.Width).ToArray().Select(value => (double)value)];
    }

    public double[][] Fields(int row, int dimension) => [.. Segment(row).Chunk(dimension)];

    /// <summary>The vector of a pooled slot.</summary>
    public double[] Slot(int row, string name)
    {
        var columns = model.Schema.Layout.Find(RowBuilder.VectorName)!.Columns.Single(columns => columns.Slot.Name == name);
        return Segment(row)[columns.Start..(columns.Start + columns.Width)];
    }

    /// <summary>The vectors of a sequence, as many as the row has steps.</summary>
    public double[][] Steps(int row, string slot)
    {
        var sequence = model.Schema.Layout.Sequences.Single(s => s.Slot.Name == slot && s.SegmentName == RowBuilder.VectorName);
        var values = batch.Inputs.Sequence(sequence).Slice(row * sequence.Width, sequence.Width).ToArray().Select(value => (double)value);
        return [.. values.Chunk(sequence.Dimension).Take(batch.Inputs.Lengths(sequence)[row])];
    }

    public double[] Dense(int row)
    {
        var width = model.Schema.Layout.DenseWidth;
        return [.. batch.Inputs.Dense.Slice(row * width, width).ToArray().Select(value => (double)value)];
    }

    /// <summary>W x + b of the layer of a name, b where it has one.</summary>
    public double[] Linear(string name, double[] x)
    {
        var (weights, shape) = _weights[$"{name}.weight"];
        Assert.That(shape[1], Is.EqualTo(x.Length), name);
        var result = new double[shape[0]];
        for (var i = 0; i < result.Length; i++)
        {
            if (Has($"{name}.bias")) result[i] = Weights($"{name}.bias")[i];
            for (var j = 0; j < x.Length; j++) result[i] += weights[i * x.Length + j] * x[j];
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

    public static double[] Relu(double[] x) => [.. x.Select(value => Math.Max(0, value))];

    public static double[] Softmax(double[] x)
    {
        var (largest, sum) = (x.Max(), 0.0);
        foreach (var value in x) sum += Math.Exp(value - largest);
        return [.. x.Select(value => Math.Exp(value - largest) / sum)];
    }

    public static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static (double[] Values, int[] Shape) Read(DenseParameter parameter)
    {
        var weights = new float[parameter.Length];
        parameter.Read(weights);
        return ([.. weights.Select(value => (double)value)], [.. parameter.Shape]);
    }
}
