using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// Scaled dot-product attention of a sequence to itself with several heads (Vaswani et al. 2017, arXiv 1706.03762), [rows, steps, width] to
/// the same shape, with a mask of what each step may see. A part of other modules.
/// </summary>
/// <remarks>
/// Of each head: softmax(Q K' / sqrt(width / heads)) V over the steps that are seen; the heads side by side go through a last linear map.
/// A step that may see nothing gets the bias of that map alone, and gives no gradient: there is no NaN. Weights are drawn evenly from
/// +-sqrt(6 / (2 width)) (Glorot and Bengio 2010), from TorchSharp's generator; biases begin at 0.
/// </remarks>
public sealed class AttentionModule : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly int _heads, _size;
    private readonly double _dropout;

    [ComponentName(Name = "query")]
    private readonly Linear _query;

    [ComponentName(Name = "key")]
    private readonly Linear _key;

    [ComponentName(Name = "value")]
    private readonly Linear _value;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the maps.</summary>
    /// <param name="width">How wide a step is, at least 1.</param>
    /// <param name="heads">How many heads there are, at least 1; they divide the width.</param>
    /// <param name="dropout">The share of attention weights that is dropped in training, 0 to less than 1. Default 0.</param>
    /// <param name="hasBias">Whether the linear maps have biases. Default true.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AttentionModule(int width, int heads = 1, double dropout = 0, bool hasBias = true)
        : base(TorchRuntime.Named(nameof(AttentionModule)))
    {
        Widths.Require(width);
        Widths.Require(heads);
        Widths.RequireShare(dropout);
        if (width % heads != 0) throw new ArgumentException($"{heads} heads do not divide a width of {width}.", nameof(heads));
        (_heads, _size, _dropout) = (heads, width / heads, dropout);
        (_query, _key) = (GlorotLinear.Of(width, width, hasBias), GlorotLinear.Of(width, width, hasBias));
        (_value, _output) = (GlorotLinear.Of(width, width, hasBias), GlorotLinear.Of(width, width, hasBias));
        RegisterComponents();
    }

    /// <inheritdoc />
    /// <param name="values">The steps, [rows, steps, width].</param>
    /// <param name="seen">What each step may see, [rows, steps, steps] or [rows, 1, steps] of booleans.</param>
    public override Tensor forward(Tensor values, Tensor seen)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(seen);
        using var scope = NewDisposeScope();
        var (rows, steps) = (values.size(0), values.size(1));
        var scores = bmm(ByHead(_query.call(values).Over(Math.Sqrt(_size))), ByHead(_key.call(values)).transpose(1, 2));
        // A large number in place of infinity: a step that sees nothing would get NaN.
        var hidden = seen.logical_not().unsqueeze(1);
        scores = scores.view(rows, _heads, steps, steps).Filled(hidden, float.MinValue);
        var weights = scores.softmax(-1).Filled(hidden, 0);
        weights = nn.functional.dropout(weights, _dropout, training);
        var mixed = bmm(weights.view(rows * _heads, steps, steps), ByHead(_value.call(values)));
        mixed = mixed.view(rows, _heads, steps, _size).transpose(1, 2).reshape(rows, steps, _heads * _size);
        return _output.call(mixed).MoveToOuterDisposeScope();
    }

    // [rows x heads, steps, size]
    private Tensor ByHead(Tensor values) => values.view(values.size(0), values.size(1), _heads, _size).transpose(1, 2)
        .reshape(values.size(0) * _heads, values.size(1), _size);
}
