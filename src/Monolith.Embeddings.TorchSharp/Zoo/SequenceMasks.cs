using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>What the steps of sequences may see, and steps that are taken out. Masks are booleans, true where a step is there.</summary>
internal static class SequenceMasks
{
    /// <summary>Each step sees itself and those before it, [rows, steps, steps].</summary>
    /// <param name="mask">Which steps are there, [rows, steps].</param>
    public static Tensor Causal(Tensor mask)
    {
        var steps = mask.size(1);
        return mask.unsqueeze(1).logical_and(ones(steps, steps, ScalarType.Bool, mask.device).tril());
    }

    /// <summary>Each step sees all, [rows, 1, steps].</summary>
    /// <param name="mask">Which steps are there, [rows, steps].</param>
    public static Tensor All(Tensor mask) => mask.unsqueeze(1);

    /// <summary>The same with zeros, and without a gradient, in place of steps that are not there.</summary>
    /// <param name="values">[rows, steps, width].</param>
    /// <param name="mask">[rows, steps].</param>
    public static Tensor Keep(Tensor values, Tensor mask) => values.Filled(mask.logical_not().unsqueeze(-1), 0);

    /// <summary>The largest of each column over the steps that are there, [rows, width]; zeros for a row that has none.</summary>
    /// <param name="values">[rows, steps, width].</param>
    /// <param name="mask">[rows, steps].</param>
    public static Tensor Max(Tensor values, Tensor mask)
    {
        var largest = values.Filled(mask.logical_not().unsqueeze(-1), float.MinValue).amax([1]);
        return largest.Filled(mask.any(1, keepdim: true).logical_not(), 0);
    }

    /// <summary>The newest step of sequences whose newest step is last, [rows, width].</summary>
    /// <param name="values">[rows, steps, width], with zeros for a row without steps at its first place.</param>
    /// <param name="lengths">[rows].</param>
    public static Tensor Last(Tensor values, Tensor lengths)
    {
        var places = lengths.Minus(1).AtLeast(0).view(-1, 1, 1).expand(-1, 1, values.size(2));
        return values.gather(1, places).squeeze(1);
    }
}
