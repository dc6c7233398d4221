using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The biases of the ids, where there are several heads: each id has one of each head, or one that the logits of all tasks share. A delay
/// has no part in a shared one.
/// </summary>
internal sealed class IdBiases(ModelInputs inputs)
{
    private readonly SegmentLayout _bias = inputs.Bias;
    private readonly int _heads = inputs.Heads.Count, _tasks = inputs.Heads.Tasks.Length;
    private readonly bool _areShared = inputs.Bias.Columns[0].Dimension == 1;

    /// <summary>Adds to the heads of some rows.</summary>
    public void Forward(Workspace space, int start, int end)
    {
        var block = space.Blocks.Block(_bias);
        for (var row = start; row < end; row++)
        {
            var biases = block.Slice(row * _bias.Width, _bias.Width);
            var logits = space.Logits.AsSpan(row * _heads, _heads);
            if (_areShared) AddShared(biases, logits[.._tasks]);
            else AddOwn(biases, logits);
        }
    }

    /// <summary>Sets the gradients of some rows.</summary>
    public void Backward(Workspace space, int start, int end)
    {
        var block = space.Gradients.Block(_bias);
        for (var row = start; row < end; row++)
        {
            var gradient = block.Slice(row * _bias.Width, _bias.Width);
            var deltas = space.Deltas.AsSpan(row * _heads, _heads);
            if (_areShared) gradient.Fill(Reduction.Sum(deltas[.._tasks]));
            else
            {
                for (var i = 0; i < gradient.Length; i += _heads) deltas.CopyTo(gradient[i..]);
            }
        }
    }

    private static void AddShared(ReadOnlySpan<float> biases, Span<float> logits)
    {
        var sum = Reduction.Sum(biases);
        foreach (ref var logit in logits) logit += sum;
    }

    private static void AddOwn(ReadOnlySpan<float> biases, Span<float> logits)
    {
        for (var i = 0; i < biases.Length; i += logits.Length)
        {
            for (var head = 0; head < logits.Length; head++) logits[head] += biases[i + head];
        }
    }
}
