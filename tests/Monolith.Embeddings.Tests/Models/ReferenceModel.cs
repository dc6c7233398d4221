using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>
/// The formulas of the three models as they stand in the papers, in double precision: the oracle of logits and, by differences, of
/// gradients.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly ModelFixture _fixture;
    private readonly bool _interacts;

    public ReferenceModel(ModelFixture fixture, SingleTaskModel model)
    {
        (_fixture, _interacts) = (fixture, model is not LogisticRegression);
        Biases = Doubles(fixture.Inputs.Block(fixture.Bias));
        Vectors = Doubles(fixture.Inputs.Block(fixture.Vector));
        Parameters = [.. model.Graph.Parameters.Select(p => Doubles(p.Weights))];
        _outputs = [.. model.Graph.Parameters.Select(p => p.Columns)];
        Task = model.Task;
    }

    private readonly int[] _outputs;

    public LabelTask Task { get; }

    public double[] Biases { get; }

    public double[] Vectors { get; }

    /// <summary>First the global bias and dense weights, then each layer's weights with its bias as the last row.</summary>
    public double[][] Parameters { get; }

    public double Logit(int row)
    {
        var dense = _fixture.Examples.Dense.Slice(row * _fixture.Schema.DenseWidth, _fixture.Schema.DenseWidth);
        var logit = Parameters[0][0];
        for (var i = 0; i < dense.Length; i++) logit += Parameters[0][1 + i] * dense[i];
        for (var i = 0; i < _fixture.Bias.Width; i++) logit += Biases[row * _fixture.Bias.Width + i];
        var vectors = Vectors.AsSpan(row * _fixture.Vector.Width, _fixture.Vector.Width);
        if (_interacts) logit += Pairs(vectors, _fixture.Vector.Columns[0].Dimension);
        return Parameters.Length > 1 ? logit + Deep([.. vectors, .. Doubles(dense)]) : logit;
    }

    /// <summary>The sum of weight times loss over the batch.</summary>
    public double Loss()
    {
        var loss = 0.0;
        for (var row = 0; row < _fixture.Inputs.Rows; row++)
        {
            var label = _fixture.Examples.Labels(Task)[row];
            if (float.IsNaN(label)) continue;
            loss += _fixture.Examples.Weights[row] * Logistic.LogLoss(Logit(row) + _fixture.Examples.LogitOffsets(Task)[row], label);
        }
        return loss;
    }

    /// <summary>The gradient of <see cref="Loss"/> by central differences.</summary>
    public double[] Gradient(double[] values)
    {
        const double Step = 1e-5;
        var gradient = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            values[i] = value + Step;
            var above = Loss();
            values[i] = value - Step;
            gradient[i] = (above - Loss()) / (2 * Step);
            values[i] = value;
        }
        return gradient;
    }

    private static double Pairs(ReadOnlySpan<double> vectors, int dimension)
    {
        var sum = 0.0;
        for (var i = 0; i < vectors.Length; i += dimension)
        {
            for (var j = i + dimension; j < vectors.Length; j += dimension)
            {
                for (var f = 0; f < dimension; f++) sum += vectors[i + f] * vectors[j + f];
            }
        }
        return sum;
    }

    private double Deep(double[] input)
    {
        for (var layer = 1; layer < Parameters.Length; layer++)
        {
            var (weights, width) = (Parameters[layer], _outputs[layer]);
            var output = weights[(input.Length * width)..];
            for (var j = 0; j < width; j++)
            {
                for (var i = 0; i < input.Length; i++) output[j] += input[i] * weights[i * width + j];
                if (layer < Parameters.Length - 1) output[j] = Math.Max(output[j], 0);
            }
            input = output;
        }
        return input[0];
    }

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < values.Length; i++) doubles[i] = values[i];
        return doubles;
    }
}
