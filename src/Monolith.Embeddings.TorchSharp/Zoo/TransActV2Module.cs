using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// The block of TransAct V2 (arXiv 2506.02267): a causal encoder over a user's actions, each beside the candidate, whose tokens also
/// say which item comes next (<see cref="NextActionLoss"/>). Its maximum goes with all other features into a perceptron. One logit a task.
/// </summary>
/// <remarks>
/// Token = [item, candidate] + A actions + surface + position; layers of causal attention and rectified units, without biases, norm behind
/// each sum and without weights of its own. Output = W max over tokens; logit = perceptron([vectors, dense, output]). For the loss
/// u_t = N token_t, as long as an item. Tokens behind a sequence's end enter nothing; a sequence without tokens gives zeros. The matrices
/// are those of Glorot and Bengio (2010). Which actions of a long past stand in the sequence, whatever writes the examples selects.
/// </remarks>
public sealed class TransActV2Module : nn.Module<TorchInputs, TorchResult>
{
    /// <summary>For the loss: the score of the next item of each token, [rows, steps].</summary>
    public const string PositiveName = "positive";

    /// <summary>For the loss: the scores of the negatives, [rows, steps, negatives]; -1e30 for one that does not count.</summary>
    public const string NegativeName = "negative";

    /// <summary>For the loss: whether what comes next is a positive, [rows, steps] of booleans.</summary>
    public const string NextName = "next";

    private readonly string _sequence, _candidate;
    private readonly string? _impressions;
    private readonly int[] _actionColumns;
    private readonly int _surface, _surfaces, _positive;

    [ComponentName(Name = "actions")]
    private readonly Linear? _actions;

    [ComponentName(Name = "surface")]
    private readonly Embedding? _surfaceVectors;

    [ComponentName(Name = "positions")]
    private readonly Parameter _positions;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<EncoderLayerModule> _layers = new();

    [ComponentName(Name = "pooled")]
    private readonly Linear _pooled;

    [ComponentName(Name = "next")]
    private readonly Linear? _next;

    [ComponentName(Name = "perceptron")]
    private readonly PerceptronModule _perceptron;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors.</param>
    /// <param name="sequence">A slot of <see cref="SequenceOrder.OldestFirst"/>: the items of the actions.</param>
    /// <param name="candidate">A pooled slot: the item that is shown.</param>
    /// <param name="actions">Step values of the sequence, 1 for what was done with the item and 0 else. Null for none.</param>
    /// <param name="surface">
    /// A step value: where it was done, 0 to <paramref name="surfaces"/> - 1, others being taken for the nearest. Null for none.
    /// </param>
    /// <param name="surfaces">How many surfaces there are, at least 1.</param>
    /// <param name="impressions">
    /// A slot that is not pooled, of the items' table: what was shown and not taken, or other items, as negatives of the next action. Null
    /// where that is not learned.
    /// </param>
    /// <param name="positive">A step value above 0 for actions that are a next action to be learned. Null for all.</param>
    /// <param name="layers">How many layers there are, at least 1. Default 2.</param>
    /// <param name="heads">How many heads each has, at least 1; they divide the width of a token. Default 1.</param>
    /// <param name="inner">How many rectified units each has, at least 1. Default 32.</param>
    /// <param name="dropout">The share that is dropped in training, 0 to less than 1. Default 0.</param>
    /// <param name="hidden">The width of each hidden layer of the perceptron. Null for 256 and 128.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public TransActV2Module(
        FeatureSchema schema, string sequence = "history", string candidate = "item", IReadOnlyList<string>? actions = null,
        string? surface = null, int surfaces = 1, string? impressions = null, string? positive = null, int layers = 2, int heads = 1,
        int inner = 32, double dropout = 0, IReadOnlyList<int>? hidden = null, int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(TransActV2Module)))
    {
        var history = SlotShape.Sequence(schema, sequence, nameof(sequence), SequenceOrder.OldestFirst);
        var width = history.Dimension + FieldShape.ColumnsOf(schema, candidate, nameof(candidate)).Width;
        if (impressions is not null)
        {
            var shown = SlotShape.Sequence(schema, impressions, nameof(impressions));
            SlotShape.RequireSame(sequence, history.Dimension, impressions, shown.Dimension, nameof(impressions));
        }
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(surfaces);
        Widths.Require(layers);
        Widths.Require(outputs);
        (_sequence, _candidate, _impressions, _surfaces) = (sequence, candidate, impressions, surfaces);
        _actionColumns = [.. (actions ?? []).Select(name => SlotShape.StepValue(history, name, nameof(actions)))];
        _surface = surface is null ? -1 : SlotShape.StepValue(history, surface, nameof(surface));
        _positive = positive is null ? -1 : SlotShape.StepValue(history, positive, nameof(positive));
        using var generator = manual_seed(seed);
        if (_actionColumns.Length > 0) _actions = GlorotLinear.Of(_actionColumns.Length, width, hasBias: false);
        if (surface is not null)
        {
            _surfaceVectors = nn.Embedding(surfaces, width);
            nn.init.xavier_uniform_(_surfaceVectors.weight!);
        }
        _positions = nn.Parameter(empty(history.MaxLength, width));
        nn.init.xavier_uniform_(_positions);
        for (var i = 0; i < layers; i++)
            _layers.Add(new EncoderLayerModule(width, heads, inner, dropout, hasBias: false, isNormAffine: false));
        _pooled = GlorotLinear.Of(width, width, hasBias: false);
        if (impressions is not null) _next = GlorotLinear.Of(width, history.Dimension, hasBias: false);
        var others = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        _perceptron = new PerceptronModule(others + width, hidden ?? [256, 128], outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override TorchResult forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (history, tokens) = (input.Sequence(_sequence), Tokens(input));
        var output = _pooled.call(SequenceMasks.Max(tokens, history.Mask()));
        var result = new TorchResult(_perceptron.call(cat([input.Segment(), input.Dense, output], 1)));
        return training && _next is not null ? result.ForLoss(Scores(input, history, tokens)) : result;
    }

    /// <summary>The tokens behind the last layer, [rows, steps, width]; zeros behind a sequence's end.</summary>
    internal Tensor Tokens(TorchInputs input)
    {
        var history = input.Sequence(_sequence);
        var (mask, steps) = (history.Mask(), _actions is null && _surfaceVectors is null ? null : input.StepValues(_sequence));
        var tokens = cat([history.Values, input.Slot(_candidate).unsqueeze(1).expand(-1, mask.size(1), -1)], 2) + _positions;
        if (_actions is not null) tokens = tokens + _actions.call(stack(_actionColumns.Select(column => steps!.select(2, column)), -1));
        if (_surfaceVectors is not null)
            tokens = tokens + _surfaceVectors.call(steps!.select(2, _surface).to(ScalarType.Int64).Within(0, _surfaces - 1));
        foreach (var layer in _layers) tokens = layer.call(tokens, SequenceMasks.Causal(mask));
        return SequenceMasks.Keep(tokens, mask);
    }

    private (string Name, Tensor Values)[] Scores(TorchInputs input, TorchSequence history, Tensor tokens)
    {
        var (users, shown) = (_next!.call(tokens), input.Sequence(_impressions!));
        var next = NextSteps.Of(history.Mask());
        if (_positive >= 0) next = next.logical_and(NextSteps.Of(input.StepValues(_sequence).select(2, _positive)).IsAbove(0));
        var negative = NextSteps.Negatives(
            users, shown.Values, input.Ids(_impressions!), shown.Mask(), NextSteps.Of(input.Ids(_sequence)));
        return [(PositiveName, (users * NextSteps.Of(history.Values)).sum(-1)), (NegativeName, negative), (NextName, next)];
    }
}
