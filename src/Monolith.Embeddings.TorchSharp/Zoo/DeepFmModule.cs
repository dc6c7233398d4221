using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// DeepFM (Guo et al. 2017, arXiv 1703.04247), as the core's <see cref="Models.DeepFm"/>: first order, products of all pairs of vectors,
/// and a perceptron over the vectors and the dense features. One logit a task.
/// </summary>
/// <remarks>
/// logit = bias + sum of the ids' biases + weights . dense + sum over pairs of fields of v_i . v_j + perceptron([vectors, dense]). With
/// several tasks each weighs the elements of the products; the weights begin at 1.
/// </remarks>
public sealed class DeepFmModule : nn.Module<TorchInputs, Tensor>
{
    private readonly int _tasks, _biasWidth;
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "interaction")]
    private readonly Parameter? _interaction;

    [ComponentName(Name = "linear")]
    private readonly Linear? _linear;

    [ComponentName(Name = "perceptron")]
    private readonly PerceptronModule _perceptron;

    /// <summary>Creates the module, with a logit for each task of the schema.</summary>
    /// <param name="schema">
    /// Its tables have biases, of the dimension 1 or of one for each task, and vectors of one dimension.
    /// </param>
    /// <param name="hidden">The width of each hidden layer. Null for 256 and 128.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public DeepFmModule(FeatureSchema schema, IReadOnlyList<int>? hidden = null, int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(DeepFmModule)))
    {
        var shape = new FieldShape(schema, nameof(schema));
        _tasks = tasks ?? schema.Tasks.Count;
        Widths.Require(_tasks);
        _biasWidth = FieldShape.OneDimension(schema, RowBuilder.BiasName, nameof(schema));
        if (_biasWidth != 1 && _biasWidth != _tasks)
        {
            throw new ArgumentException(
                $"The '{RowBuilder.BiasName}' segments have the dimension {_biasWidth}; 1 is needed, or {_tasks}, one a task.",
                nameof(schema));
        }
        using var generator = manual_seed(seed);
        _bias = nn.Parameter(zeros(_tasks));
        if (_tasks > 1) _interaction = nn.Parameter(ones(_tasks, shape.Dimension));
        if (shape.Dense > 0)
        {
            _linear = nn.Linear(shape.Dense, _tasks, hasBias: false);
            nn.init.zeros_(_linear.weight!);
        }
        _perceptron = new PerceptronModule(shape.Vectors + shape.Dense, hidden ?? [256, 128], _tasks);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var logits = _bias + FirstOrder(input) + Pairs(input.Fields());
        if (_linear is not null) logits = logits + _linear.call(input.Dense);
        var deep = _linear is null ? input.Segment() : cat([input.Segment(), input.Dense], 1);
        return (logits + _perceptron.call(deep)).MoveToOuterDisposeScope();
    }

    private Tensor FirstOrder(TorchInputs input)
    {
        var biases = input.Segment(RowBuilder.BiasName);
        return _biasWidth == 1 ? biases.sum(1, keepdim: true) : biases.view(input.Rows, -1, _tasks).sum(1);
    }

    // The sum over pairs is half of the square of the sum without the sum of the squares (Rendle 2010).
    private Tensor Pairs(Tensor fields)
    {
        var elements = (fields.sum(1).Squared() - fields.Squared().sum(1)).Times(0.5);
        return _interaction is null ? elements.sum(1, keepdim: true) : elements.mm(_interaction.t());
    }
}
