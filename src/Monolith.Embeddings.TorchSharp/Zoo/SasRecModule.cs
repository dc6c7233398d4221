using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// SASRec (Kang and McAuley 2018, arXiv 1808.09781): a causal encoder over a user's items, whose output at each position is to be near the
/// item that came next. Learned by <see cref="SasRecLoss"/>; one logit, that of the example's item behind the whole sequence.
/// </summary>
/// <remarks>
/// <para>
/// x_t = v_t sqrt(d) + p_t, then blocks of attention and linear maps with the norm first (<see cref="EncoderLayerModule"/>), and a last
/// norm: u_t. logit = u . v / temperature, with u the output at the newest step and v the vector of the example's item. The outputs
/// <c>user</c> and <c>item</c> are u and v: by <c>user</c> a replica finds the best rows of the items' table. Where both are brought to
/// length 1, such a search needs rows of length 1: find some hundreds, and predict them.
/// </para>
/// <para>
/// In training each position t is given a score for the step t + 1, and the newest one for the example's item; and scores for negatives,
/// items of a further slot that is drawn by whatever writes the examples. A negative that is the next item is masked. Weights are those of
/// Glorot and Bengio (2010), positions are drawn from a normal distribution with a deviation of 0.02.
/// </para>
/// </remarks>
public sealed class SasRecModule : nn.Module<TorchInputs, TorchResult>
{
    /// <summary>For the loss: the score of the next item of each position, [rows, steps]; steps up to the longest row's.</summary>
    public const string PositiveName = "positive";

    /// <summary>For the loss: the scores of the negatives, [rows, steps, negatives]; -1e30 for one that does not count.</summary>
    public const string NegativeName = "negative";

    /// <summary>For the loss: whether a position has a next item, [rows, steps] of booleans.</summary>
    public const string NextName = "next";

    /// <summary>For the loss: whether that is the example's item, [rows, steps] of booleans.</summary>
    public const string NewestName = "newest";

    private readonly string _sequence, _item;
    private readonly string? _negatives;
    private readonly double _temperature, _dropout, _scale;
    private readonly bool _isNormalized, _sharesNegatives;

    [ComponentName(Name = "positions")]
    private readonly Parameter _positions;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<EncoderLayerModule> _blocks = new();

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its slots are of one table, or of tables whose vectors have one dimension.</param>
    /// <param name="sequence">A slot of <see cref="SequenceOrder.OldestFirst"/>: what the user took before.</param>
    /// <param name="item">A pooled slot of one id: what the user took then.</param>
    /// <param name="negatives">A slot that is not pooled, with items that were drawn. Null for a module that does not learn.</param>
    /// <param name="blocks">How many layers the encoder has, at least 1. Default 2.</param>
    /// <param name="heads">How many heads each has, at least 1; they divide the dimension. Default 1.</param>
    /// <param name="inner">How many rectified units each has; null for the dimension.</param>
    /// <param name="dropout">The share that is dropped in training, 0 to less than 1. Default 0.2.</param>
    /// <param name="temperature">What scores are divided by, greater than 0. Default 0.05; 1 fits vectors of any length.</param>
    /// <param name="isNormalized">Whether vectors of users and items are brought to length 1. Default true.</param>
    /// <param name="sharesNegatives">
    /// Whether the negatives of all rows are those of each. Default false: a position is compared with those of its own row.
    /// </param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public SasRecModule(
        FeatureSchema schema, string sequence = "history", string item = "item", string? negatives = "negatives", int blocks = 2,
        int heads = 1, int? inner = null, double dropout = 0.2, double temperature = 0.05, bool isNormalized = true,
        bool sharesNegatives = false, long seed = 0)
        : base(TorchRuntime.Named(nameof(SasRecModule)))
    {
        var history = SlotShape.Sequence(schema, sequence, nameof(sequence), SequenceOrder.OldestFirst);
        var width = history.Dimension;
        SlotShape.RequireSame(sequence, width, item, FieldShape.ColumnsOf(schema, item, nameof(item)).Width, nameof(item));
        if (negatives is not null)
        {
            var drawn = SlotShape.Sequence(schema, negatives, nameof(negatives));
            SlotShape.RequireSame(sequence, width, negatives, drawn.Dimension, nameof(negatives));
        }
        Widths.Require(blocks);
        Widths.RequireShare(dropout);
        Widths.RequirePositive(temperature);
        (_sequence, _item, _negatives) = (sequence, item, negatives);
        (_dropout, _temperature, _scale) = (dropout, temperature, Math.Sqrt(width));
        (_isNormalized, _sharesNegatives) = (isNormalized, sharesNegatives);
        using var generator = manual_seed(seed);
        _positions = nn.Parameter(empty(history.MaxLength, width));
        nn.init.normal_(_positions, 0, 0.02);
        for (var i = 0; i < blocks; i++)
            _blocks.Add(new EncoderLayerModule(width, heads, inner ?? width, dropout, isNormFirst: true, epsilon: 1e-8));
        _norm = nn.LayerNorm(width, 1e-8);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override TorchResult forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Neither later steps nor those that are not there change what an earlier one gives.
        var history = input.Sequence(_sequence).Trim();
        var mask = history.Mask();
        var users = Users(history, mask);
        var item = Unit(input.Slot(_item));
        var result = TorchResult.TwoTowers(SequenceMasks.Last(users, history.Lengths), item, _temperature);
        return training && _negatives is not null ? result.ForLoss(Scores(input, users, item, history, mask)) : result;
    }

    /// <summary>The output at each position, [rows, steps, width]; zeros behind a sequence's end.</summary>
    internal Tensor Users(TorchSequence history, Tensor mask)
    {
        var values = nn.functional.dropout(history.Values.Times(_scale) + _positions.narrow(0, 0, mask.size(1)), _dropout, training);
        var seen = SequenceMasks.Causal(mask);
        values = SequenceMasks.Keep(values, mask);
        foreach (var block in _blocks) values = block.call(values, seen);
        return Unit(SequenceMasks.Keep(_norm.call(values), mask));
    }

    private (string Name, Tensor Values)[] Scores(TorchInputs input, Tensor users, Tensor item, TorchSequence history, Tensor mask)
    {
        var places = HeldNumbers.Places(mask.size(1), mask.device);
        var newest = places.eq(history.Lengths.Minus(1).unsqueeze(1));
        var hasItem = input.IdCounts(_item).IsAbove(0).unsqueeze(1);
        var next = mask.logical_and(newest.logical_not().logical_or(hasItem));
        var nextItems = where(newest.unsqueeze(-1), item.unsqueeze(1), NextSteps.Of(Unit(history.Values)));
        var nextIds = where(newest, input.Ids(_item).narrow(1, 0, 1), NextSteps.Of(input.Ids(_sequence).narrow(1, 0, mask.size(1))));
        var positive = (users * nextItems).sum(-1).Over(_temperature);
        return
        [
            (PositiveName, positive), (NegativeName, Negatives(input, users, nextIds)), (NextName, next), (NewestName, newest),
        ];
    }

    private Tensor Negatives(TorchInputs input, Tensor users, Tensor nextIds)
    {
        var drawn = input.Sequence(_negatives!);
        var (items, ids, isThere) = (Unit(drawn.Values), input.Ids(_negatives!), drawn.Mask());
        if (_sharesNegatives)
        {
            items = items.reshape(1, -1, items.size(2)).expand(input.Rows, -1, -1);
            (ids, isThere) = (ids.view(1, -1), isThere.view(1, -1));
        }
        return NextSteps.Negatives(users, items, ids, isThere, nextIds, _temperature);
    }

    private Tensor Unit(Tensor values) => _isNormalized ? UnitVectors.Of(values) : values;
}
