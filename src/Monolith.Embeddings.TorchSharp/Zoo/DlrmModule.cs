using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// DLRM (Naumov et al. 2019, arXiv 1906.00091): a perceptron brings the dense features to the dimension of the vectors; the dot products of
/// all pairs of these vectors, and the first of them, go through a second perceptron. One logit a task.
/// </summary>
/// <remarks>
/// z = bottom(dense); logit = top([z, x_i . x_j for i &lt; j]), with x the vectors of all fields behind z. Without dense features there is
/// no z, and no bottom. Both perceptrons have rectified units; the output of the bottom has them too.
/// </remarks>
public sealed class DlrmModule : nn.Module<TorchInputs, Tensor>
{
    private const string Pairs = "pairs";

    [ComponentName(Name = "bottom")]
    private readonly PerceptronModule? _bottom;

    [ComponentName(Name = "top")]
    private readonly PerceptronModule _top;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors of one dimension; two at least go together, z among them.</param>
    /// <param name="bottomHidden">The hidden layers over the dense features. Null for 64.</param>
    /// <param name="topHidden">The hidden layers over the products. Null for 256 and 128.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public DlrmModule(
        FeatureSchema schema, IReadOnlyList<int>? bottomHidden = null, IReadOnlyList<int>? topHidden = null, int? tasks = null,
        long seed = 0)
        : base(TorchRuntime.Named(nameof(DlrmModule)))
    {
        var shape = new FieldShape(schema, nameof(schema));
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(outputs);
        var vectors = shape.Fields + (shape.Dense > 0 ? 1 : 0);
        if (vectors < 2)
        {
            throw new ArgumentException(
                $"The schema has {shape.Fields} vectors and {shape.Dense} dense features; products need two vectors.", nameof(schema));
        }
        using var generator = manual_seed(seed);
        if (shape.Dense > 0) _bottom = new PerceptronModule(shape.Dense, bottomHidden ?? [64], shape.Dimension);
        _top = new PerceptronModule(
            (shape.Dense > 0 ? shape.Dimension : 0) + vectors * (vectors - 1) / 2, topHidden ?? [256, 128], outputs);
        // The places of i < j in a matrix of all products.
        var places = Enumerable.Range(0, vectors * vectors).Where(place => place / vectors < place % vectors);
        register_buffer(Pairs, tensor(places.Select(place => (long)place).ToArray()), persistent: false);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var fields = input.Fields();
        var z = _bottom is null ? null : nn.functional.relu(_bottom.call(input.Dense));
        if (z is not null) fields = cat([z.unsqueeze(1), fields], 1);
        var products = bmm(fields, fields.transpose(1, 2)).flatten(1).index_select(1, get_buffer(Pairs)!);
        return _top.call(z is null ? products : cat([z, products], 1)).MoveToOuterDisposeScope();
    }
}
