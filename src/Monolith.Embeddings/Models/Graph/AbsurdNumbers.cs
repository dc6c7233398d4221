using Monolith.Embeddings.Kernels.Gradients;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// Finds the examples of a batch whose numbers are finite but so large that they would spoil what all others teach, and takes them out.
/// </summary>
internal static class AbsurdNumbers
{
    /// <summary>The square of a greater gradient of a dense weight is near the largest float; then its example is sought.</summary>
    public const float LargestGradient = 1e18f;

    // A thousand examples of this do not reach the largest gradient.
    private const double LargestShare = 1e15;

    /// <summary>Loses those of some rows whose gradients of their inputs are not finite.</summary>
    public static void LoseNonFinite(ModelGraph graph, Workspace space, int start, int end)
    {
        if (graph.Inputs.Vector is not { } vector) return;
        var gradients = space.Gradients.Block(vector);
        if (FiniteCheck.AllFinite(gradients.Slice(start * vector.Width, (end - start) * vector.Width))) return;
        for (var row = start; row < end; row++)
        {
            if (!FiniteCheck.AllFinite(gradients.Slice(row * vector.Width, vector.Width))) Lose(graph, space, row);
        }
    }

    /// <summary>Whether a gradient of the dense weights is so large that the examples that make it are to be sought.</summary>
    public static bool AreIn(Parameter[] parameters)
    {
        foreach (var parameter in parameters)
        {
            if (!parameter.HasFiniteGradient || ValueClip.IsExceeded(parameter.Gradient, LargestGradient)) return true;
        }
        return false;
    }

    /// <summary>Loses the rows that make a gradient of the dense weights so large.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool LoseLargest(ModelGraph graph, Workspace space)
    {
        var isFound = false;
        for (var row = 0; row < space.Rows; row++)
        {
            if (space.IsLost(row) || LargestShareOf(graph, space, row) <= LargestShare) continue;
            Lose(graph, space, row);
            isFound = true;
        }
        return isFound;
    }

    private static void Lose(ModelGraph graph, Workspace space, int row)
    {
        space.Lose(row);
        foreach (var segment in new[] { graph.Inputs.Bias, graph.Inputs.Vector })
        {
            if (segment is not null) space.Gradients.Block(segment).Slice(row * segment.Width, segment.Width).Clear();
        }
    }

    // The largest product of an input and a gradient, of all matrices.
    private static double LargestShareOf(ModelGraph graph, Workspace space, int row)
    {
        var dense = Largest(space.Blocks.Dense, row, graph.Inputs.Schema.Layout.DenseWidth);
        var delta = Largest(space.Deltas, row, space.Heads);
        var largest = delta * Math.Max(1, dense);
        if (graph.Interaction?.Parameter is not null)
            largest = Math.Max(largest, delta * Largest(space.Interactions, row, graph.Inputs.Dimension));
        if (graph.Perceptron is not { } perceptron) return largest;
        var input = Math.Max(dense, Largest(space.Blocks.Block(graph.Inputs.Vector!), row, graph.Inputs.Vector!.Width));
        for (var i = 0; i < perceptron.Layers.Length; i++)
        {
            largest = Math.Max(largest, Math.Max(1, input) * Largest(space.OutputGradients[i], row, perceptron.Layers[i].Outputs));
            input = Largest(space.Outputs[i], row, perceptron.Layers[i].Outputs);
        }
        return largest;
    }

    private static double Largest(ReadOnlySpan<float> values, int row, int width)
    {
        var largest = 0.0;
        foreach (var value in values.Slice(row * width, width)) largest = Math.Max(largest, Math.Abs((double)value));
        return largest;
    }
}
