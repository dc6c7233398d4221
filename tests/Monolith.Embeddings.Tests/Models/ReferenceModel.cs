using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>
/// The formulas of the three models as they stand in the papers, in double precision: the oracle of heads and, by differences, of
/// gradients. Heads are the logits of the learned tasks, and then the rates of those that learn delays.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly ModelFixture _fixture;
    private readonly bool _interacts;
    private readonly LabelTask[] _tasks;
    private readonly double[] _taskWeights;
    private readonly string[] _names;
    private readonly int[] _outputs;
    private readonly int _heads;
    private readonly double[][] _predicted;

    public ReferenceModel(ModelFixture fixture, BuiltInModel model, params double[] taskWeights)
    {
        (_fixture, _interacts, _tasks) = (fixture, model is not LogisticRegression, [.. model.Tasks]);
        _taskWeights = taskWeights.Length > 0 ? taskWeights : [.. _tasks.Select(_ => 1.0)];
        _heads = _tasks.Length + _tasks.Count(task => task.Correction == FeedbackCorrection.DelayModel);
        Biases = Doubles(fixture.Inputs.Block(fixture.Bias));
        Vectors = Doubles(fixture.Inputs.Block(fixture.Vector));
        Parameters = [.. model.Graph.Parameters.Select(p => Doubles(p.Weights))];
        (_names, _outputs) = ([.. model.Parameters.Select(p => p.Name)], [.. model.Graph.Parameters.Select(p => p.Columns)]);
        _predicted = [.. Enumerable.Range(0, fixture.Inputs.Rows).Select(Heads)];
    }

    public double[] Biases { get; }

    public double[] Vectors { get; }

    /// <summary>
    /// First the global biases and dense weights, then the weights of the interactions where there are several heads, then each layer's
    /// weights with its bias as the last row.
    /// </summary>
    public double[][] Parameters { get; }

    /// <summary>The only head of a row.</summary>
    public double Logit(int row) => Heads(row).Single();

    public double[] Heads(int row)
    {
        var dense = Doubles(_fixture.Examples.Dense.Slice(row * _fixture.Schema.DenseWidth, _fixture.Schema.DenseWidth));
        var vectors = Vectors[(row * _fixture.Vector.Width)..((row + 1) * _fixture.Vector.Width)];
        var deep = _names.Any(name => name.StartsWith("layers.", StringComparison.Ordinal)) ? Deep([.. vectors, .. dense]) : null;
        var heads = new double[_heads];
        for (var head = 0; head < _heads; head++)
        {
            heads[head] = Parameters[0][head] + IdBiases(row, head) + (deep?[head] ?? 0);
            for (var i = 0; i < dense.Length; i++) heads[head] += Parameters[0][(1 + i) * _heads + head] * dense[i];
            if (_interacts) heads[head] += Pairs(vectors, _fixture.Vector.Columns[0].Dimension, head);
        }
        return heads;
    }

    /// <summary>The sum of the losses of all tasks over the batch, by the weights of task and example.</summary>
    public double Loss()
    {
        var loss = 0.0;
        for (var row = 0; row < _fixture.Inputs.Rows; row++)
        {
            var (heads, rate) = (Heads(row), _tasks.Length);
            for (var i = 0; i < _tasks.Length; i++)
            {
                var hasDelay = _tasks[i].Correction == FeedbackCorrection.DelayModel;
                loss += _taskWeights[i] * _fixture.Examples.Weights[row]
                    * (hasDelay ? DelayLoss(row, _tasks[i], heads[i], heads[rate++]) : Loss(row, i, heads[i]));
            }
        }
        return loss;
    }

    private double Loss(int row, int i, double logit)
    {
        var label = (double)_fixture.Examples.Labels(_tasks[i])[row];
        if (double.IsNaN(label)) return 0;
        var trained = logit + _fixture.Examples.LogitOffsets(_tasks[i])[row];
        if (_tasks[i].Correction != FeedbackCorrection.FakeNegativeWeighting) return Logistic.LogLoss(trained, label);
        // The weights of fake negatives are those of the prediction that was made, whatever moves since.
        var p = 1 / (1 + Math.Exp(-_predicted[row][i]));
        return label * (1 + p) * Logistic.LogLoss(trained, 1) + (1 - label) * (1 - p) * (1 + p) * Logistic.LogLoss(trained, 0);
    }

    private double DelayLoss(int row, LabelTask task, double logit, double logRate)
    {
        double label = _fixture.Examples.Labels(task)[row], delay = _fixture.Examples.Delays(task)[row] / task.DelayUnit.TotalSeconds;
        if (double.IsNaN(label) || double.IsNaN(delay)) return 0;
        var (p, rate) = (1 / (1 + Math.Exp(-logit)), Math.Exp(logRate));
        return label * (-Math.Log(p) - logRate + rate * delay) - (1 - label) * Math.Log(1 - p + p * Math.Exp(-rate * delay));
    }

    /// <summary>The gradient of <see cref="Loss()"/> by central differences.</summary>
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

    // One bias of an id is of all tasks, and of no delay.
    private double IdBiases(int row, int head)
    {
        var (width, dimension) = (_fixture.Bias.Width, _fixture.Bias.Columns[0].Dimension);
        if (dimension == 1 && head >= _tasks.Length) return 0;
        var sum = 0.0;
        for (var i = dimension == 1 ? 0 : head; i < width; i += dimension) sum += Biases[row * width + i];
        return sum;
    }

    private double Pairs(double[] vectors, int dimension, int head)
    {
        var sum = 0.0;
        for (var i = 0; i < vectors.Length; i += dimension)
        {
            for (var j = i + dimension; j < vectors.Length; j += dimension)
            {
                for (var f = 0; f < dimension; f++)
                    sum += (_heads == 1 ? 1 : Parameters[1][f * _heads + head]) * vectors[i + f] * vectors[j + f];
            }
        }
        return sum;
    }

    private double[] Deep(double[] input)
    {
        for (var layer = Array.IndexOf(_names, "layers.0"); layer < Parameters.Length; layer++)
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
        return input;
    }

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < values.Length; i++) doubles[i] = values[i];
        return doubles;
    }
}
