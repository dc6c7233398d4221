using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// TransAct (Xia et al. 2023, arXiv 2306.00248): an encoder over a user's newest actions, each beside the candidate, whose output goes with
/// all other features into a perceptron. One logit a task.
/// </summary>
/// <remarks>
/// Token = [action, item, candidate]; layers of attention among all tokens and rectified units, norm behind each sum, no positions. Output
/// = [W max over tokens, the first tokens]; logit = perceptron([vectors, dense, output]). Tokens that are masked enter neither attention
/// nor the maximum, and are zeros among the first; a sequence without tokens gives zeros.
/// </remarks>
public sealed class TransActModule : nn.Module<TorchInputs, Tensor>
{
    private readonly string _sequence, _candidate;
    private readonly int _action, _kinds, _age, _first;
    private readonly double _window;

    [ComponentName(Name = "actions")]
    private readonly Embedding? _actions;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<EncoderLayerModule> _layers = new();

    [ComponentName(Name = "pooled")]
    private readonly Linear _pooled;

    [ComponentName(Name = "perceptron")]
    private readonly PerceptronModule _perceptron;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors.</param>
    /// <param name="sequence">A slot of <see cref="SequenceOrder.NewestFirst"/>: the items of the actions.</param>
    /// <param name="candidate">A pooled slot: the item that is shown.</param>
    /// <param name="action">
    /// A step value of the sequence: which kind of action it is, 0 to <paramref name="kinds"/> - 1, others being taken for the nearest.
    /// Null where there is one kind.
    /// </param>
    /// <param name="kinds">How many kinds there are, at least 1.</param>
    /// <param name="actionWidth">How wide the embedding of a kind is, at least 1. Default 32.</param>
    /// <param name="age">
    /// A step value: how long before the request the action was, in any unit. Below 0 it is masked. Null for none.
    /// </param>
    /// <param name="window">
    /// In training, actions younger than a number drawn for each batch evenly from 0 to this are masked, so that the model does not rely
    /// on those of this very moment. In the unit of <paramref name="age"/>, at least 0. Default 0: none.
    /// </param>
    /// <param name="layers">How many layers there are, at least 1. Default 2.</param>
    /// <param name="heads">How many heads each has, at least 1; they divide the width of a token. Default 2.</param>
    /// <param name="inner">How many rectified units each has, at least 1. Default 32.</param>
    /// <param name="dropout">The share that is dropped in training, 0 to less than 1. Default 0.1.</param>
    /// <param name="first">How many of the newest tokens are part of the output, at least 1. Default 10.</param>
    /// <param name="hidden">The width of each hidden layer of the perceptron. Null for 256 and 128.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public TransActModule(
        FeatureSchema schema, string sequence = "history", string candidate = "item", string? action = null, int kinds = 1,
        int actionWidth = 32, string? age = null, double window = 0, int layers = 2, int heads = 2, int inner = 32,
        double dropout = 0.1, int first = 10, IReadOnlyList<int>? hidden = null, int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(TransActModule)))
    {
        var history = SlotShape.Sequence(schema, sequence, nameof(sequence), SequenceOrder.NewestFirst);
        var width = history.Dimension + FieldShape.ColumnsOf(schema, candidate, nameof(candidate)).Width
            + (action is null ? 0 : actionWidth);
        foreach (var (number, name) in new[] { (kinds, nameof(kinds)), (actionWidth, nameof(actionWidth)), (layers, nameof(layers)),
            (first, nameof(first)) })
        {
            Widths.Require(number, name: name);
        }
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(outputs);
        Widths.RequireNotNegative(window);
        (_sequence, _candidate, _kinds, _window) = (sequence, candidate, kinds, window);
        _action = action is null ? -1 : SlotShape.StepValue(history, action, nameof(action));
        _age = age is null ? -1 : SlotShape.StepValue(history, age, nameof(age));
        _first = Math.Min(first, history.MaxLength);
        using var generator = manual_seed(seed);
        if (action is not null) _actions = nn.Embedding(kinds, actionWidth);
        for (var i = 0; i < layers; i++) _layers.Add(new EncoderLayerModule(width, heads, inner, dropout));
        _pooled = GlorotLinear.Of(width, width, hasBias: false);
        var others = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        _perceptron = new PerceptronModule(others + width + _first * width, hidden ?? [256, 128], outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var seen = cat([input.Segment(), input.Dense, Attended(input)], 1);
        return _perceptron.call(seen).MoveToOuterDisposeScope();
    }

    /// <summary>What the encoder gives, [rows, (1 + first) x width of a token].</summary>
    internal Tensor Attended(TorchInputs input)
    {
        var history = input.Sequence(_sequence);
        var mask = _age < 0 ? history.Mask() : history.Mask().logical_and(IsOldEnough(StepValue(input, _age)));
        var candidate = input.Slot(_candidate).unsqueeze(1).expand(-1, mask.size(1), -1);
        var tokens = _actions is null
            ? cat([history.Values, candidate], 2)
            : cat([_actions.call(StepValue(input, _action).to(ScalarType.Int64).Within(0, _kinds - 1)), history.Values, candidate], 2);
        foreach (var layer in _layers) tokens = layer.call(tokens, SequenceMasks.All(mask));
        var first = SequenceMasks.Keep(tokens, mask).narrow(1, 0, _first).flatten(1);
        return cat([_pooled.call(SequenceMasks.Max(tokens, mask)), first], 1);
    }

    private Tensor IsOldEnough(Tensor ages) => ages.IsAtLeast(training && _window > 0 ? rand(1).item<float>() * _window : 0);

    private Tensor StepValue(TorchInputs input, int column) => input.StepValues(_sequence).select(2, column);
}
