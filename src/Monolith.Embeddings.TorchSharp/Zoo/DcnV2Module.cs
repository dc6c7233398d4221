using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// DCN-v2 (Wang et al. 2021, arXiv 2008.13535): layers that multiply the input with a linear map of what came before, beside a perceptron
/// or before it. One logit a task.
/// </summary>
/// <remarks>
/// x_0 = [vectors, dense]; x_{l+1} = x_0 * (W_l x_l + b_l) + x_l, with products of elements. Parallel: logit = last([x_L,
/// perceptron(x_0)]); stacked: logit = last(perceptron(x_L)); the perceptron's output has rectified units. With a rank W is a
/// product of two matrices of it.
/// </remarks>
public sealed class DcnV2Module : nn.Module<TorchInputs, Tensor>
{
    private readonly bool _isStacked;
    [ComponentName(Name = "cross")]
    private readonly ModuleList<Linear> _cross = new();

    [ComponentName(Name = "narrow")]
    private readonly ModuleList<Linear> _narrow = new();

    [ComponentName(Name = "perceptron")]
    private readonly PerceptronModule? _perceptron;

    [ComponentName(Name = "last")]
    private readonly PerceptronModule _last;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors, of any dimensions.</param>
    /// <param name="layers">How many layers cross, at least 1. Default 3.</param>
    /// <param name="hidden">The width of each layer of the perceptron. Null for 256 and 128; none for no perceptron.</param>
    /// <param name="isStacked">Whether the perceptron follows the crossing layers. Default false: both see the input.</param>
    /// <param name="rank">The rank of W, at least 1; null for a full matrix.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why.</exception>
    public DcnV2Module(
        FeatureSchema schema, int layers = 3, IReadOnlyList<int>? hidden = null, bool isStacked = false, int? rank = null,
        int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(DcnV2Module)))
    {
        ArgumentNullException.ThrowIfNull(schema);
        var width = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(layers);
        Widths.Require(rank ?? 1, name: nameof(rank));
        Widths.Require(outputs);
        _isStacked = isStacked;
        hidden ??= [256, 128];
        using var generator = manual_seed(seed);
        for (var i = 0; i < layers; i++)
        {
            if (rank is { } low) _narrow.Add(nn.Linear(width, low, hasBias: false));
            _cross.Add(nn.Linear(rank ?? width, width));
        }
        if (hidden.Count > 0) _perceptron = new PerceptronModule(width, [.. hidden.SkipLast(1)], hidden[^1]);
        var deep = hidden.Count > 0 ? hidden[^1] : 0;
        _last = new PerceptronModule(isStacked && deep > 0 ? deep : width + deep, [], outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var first = input.Schema.Layout.DenseWidth > 0 ? cat([input.Segment(), input.Dense], 1) : input.Segment();
        var crossed = first;
        for (var i = 0; i < _cross.Count; i++)
            crossed = first * _cross[i].call(_narrow.Count > 0 ? _narrow[i].call(crossed) : crossed) + crossed;
        var deep = _perceptron is null ? null : nn.functional.relu(_perceptron.call(_isStacked ? crossed : first));
        var seen = deep is null ? crossed : _isStacked ? deep : cat([crossed, deep], 1);
        return _last.call(seen).MoveToOuterDisposeScope();
    }
}
