using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>The parts of one model: the linear part always, the interactions and the deep part where it has them.</summary>
internal sealed class ModelGraph
{
    public ModelGraph(ModelInputs inputs, LinearPart linear, InteractionPart? interaction = null, MultilayerPerceptron? perceptron = null)
    {
        (Inputs, Linear, Interaction, Perceptron) = (inputs, linear, interaction, perceptron);
        var layers = perceptron?.Layers ?? [];
        LayerWidths = [.. layers.Select(l => l.Outputs)];
        Parameters = [linear.Parameter, .. layers.Select(l => l.Parameter)];
        var touched = inputs.Bias.Width + inputs.Schema.DenseWidth + (inputs.Vector?.Width ?? 0);
        OperationsPerRow = 8L * touched + 6 * layers.Sum(l => (long)l.Parameter.Weights.Length);
    }

    public ModelInputs Inputs { get; }

    public LinearPart Linear { get; }

    public InteractionPart? Interaction { get; }

    public MultilayerPerceptron? Perceptron { get; }

    public int[] LayerWidths { get; }

    public Parameter[] Parameters { get; }

    /// <summary>About how many floating-point operations it takes to learn from one row.</summary>
    public long OperationsPerRow { get; }

    public void Forward(Workspace space, int start, int end)
    {
        Linear.Forward(space, start, end);
        Interaction?.Forward(space, start, end);
        Perceptron?.Forward(space, start, end);
    }

    public void Backward(Workspace space, int start, int end)
    {
        Linear.Backward(space, start, end);
        Interaction?.Backward(space, start, end);
        Perceptron?.Backward(space, start, end);
        AbsurdNumbers.LoseNonFinite(this, space, start, end);
    }

    /// <summary>
    /// Sets the gradient of each row's logit: weight (sigmoid(logit + offset) - label), or 0 where there is no label. A row whose logit or
    /// gradient is absurd is lost.
    /// </summary>
    public void ComputeDeltas(Workspace space, int start, int end)
    {
        var labels = space.Examples.Labels(Inputs.Task);
        var offsets = space.Examples.LogitOffsets(Inputs.Task);
        var weights = space.Examples.Weights;
        for (var row = start; row < end; row++)
        {
            // Not greater, but not at most either: a logit that is no number is neither.
            if (!(MathF.Abs(space.Logits[row]) <= AbsurdNumbers.LargestLogit)) space.Lose(row);
            else if (float.IsNaN(labels[row])) space.Deltas[row] = 0;
            else
            {
                space.Deltas[row] = (float)(weights[row] * (Logistic.Sigmoid((double)space.Logits[row] + offsets[row]) - labels[row]));
                if (MathF.Abs(space.Deltas[row]) > AbsurdNumbers.LargestDelta) space.Lose(row);
            }
        }
    }
}
