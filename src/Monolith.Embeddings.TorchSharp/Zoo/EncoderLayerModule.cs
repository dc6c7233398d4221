using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// A layer of a transformer's encoder: attention and two linear maps, each with what it was given added and a layer norm, [rows, steps,
/// width] to the same shape. A part of other modules.
/// </summary>
/// <remarks>
/// Norm behind: x = norm(x + attention(x)), x = norm(x + last(relu(first(x)))) (Vaswani et al. 2017, arXiv 1706.03762). Norm first: x = x +
/// attention(norm(x)), x = x + last(relu(first(norm(x)))). Dropout on both sums, on the rectified units and on the attention weights.
/// </remarks>
public sealed class EncoderLayerModule : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly bool _isNormFirst;
    private readonly double _dropout;

    [ComponentName(Name = "attention")]
    private readonly AttentionModule _attention;

    [ComponentName(Name = "attention_norm")]
    private readonly LayerNorm _attentionNorm;

    [ComponentName(Name = "first")]
    private readonly Linear _first;

    [ComponentName(Name = "last")]
    private readonly Linear _last;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    /// <summary>Creates the layer.</summary>
    /// <param name="width">How wide a step is, at least 1.</param>
    /// <param name="heads">How many heads the attention has, at least 1; they divide the width.</param>
    /// <param name="inner">How many rectified units there are, at least 1.</param>
    /// <param name="dropout">The share that is dropped in training, 0 to less than 1. Default 0.</param>
    /// <param name="isNormFirst">Whether the norm stands before attention and linear maps. Default false: behind the sums.</param>
    /// <param name="hasBias">Whether linear maps have biases. Default true.</param>
    /// <param name="isNormAffine">Whether the norms have weights and biases of their own. Default true.</param>
    /// <param name="epsilon">What is added to the variance, greater than 0. Default 1e-5.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EncoderLayerModule(
        int width, int heads, int inner, double dropout = 0, bool isNormFirst = false, bool hasBias = true, bool isNormAffine = true,
        double epsilon = 1e-5)
        : base(TorchRuntime.Named(nameof(EncoderLayerModule)))
    {
        Widths.Require(inner);
        Widths.RequirePositive(epsilon);
        (_isNormFirst, _dropout) = (isNormFirst, dropout);
        _attention = new AttentionModule(width, heads, dropout, hasBias);
        _attentionNorm = nn.LayerNorm(width, epsilon, isNormAffine);
        (_first, _last) = (GlorotLinear.Of(width, inner, hasBias), GlorotLinear.Of(inner, width, hasBias));
        _norm = nn.LayerNorm(width, epsilon, isNormAffine);
        RegisterComponents();
    }

    /// <inheritdoc />
    /// <param name="values">The steps, [rows, steps, width].</param>
    /// <param name="seen">What each step may see, [rows, steps, steps] or [rows, 1, steps] of booleans.</param>
    public override Tensor forward(Tensor values, Tensor seen)
    {
        using var scope = NewDisposeScope();
        if (_isNormFirst)
        {
            var attended = values + Drop(_attention.call(_attentionNorm.call(values), seen));
            return (attended + Units(_norm.call(attended))).MoveToOuterDisposeScope();
        }
        var normed = _attentionNorm.call(values + Drop(_attention.call(values, seen)));
        return _norm.call(normed + Units(normed)).MoveToOuterDisposeScope();
    }

    private Tensor Units(Tensor values) => Drop(_last.call(Drop(nn.functional.relu(_first.call(values)))));

    private Tensor Drop(Tensor values) => nn.functional.dropout(values, _dropout, training);
}
