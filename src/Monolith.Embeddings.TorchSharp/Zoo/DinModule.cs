using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// DIN (Zhou et al. 2018, arXiv 1706.06978): a sequence is summed with weights that say how much each step has to do with the candidate;
/// the sums go through a perceptron beside the pooled vectors and the dense features. One logit a task.
/// </summary>
/// <remarks>
/// With q the candidate's vector and k_i the steps: a_i = attention([q, k_i, q - k_i, q * k_i]), a perceptron whose results are weights as
/// they are, without softmax, as in the paper; s = sum over the row's steps of a_i k_i; logit = perceptron([vectors, s of each pair,
/// dense]). Hidden units are rectified, where the paper has PReLU or Dice. Steps behind a row's length count for nothing, whatever stands
/// there; an empty sequence gives zeros and no gradient.
/// </remarks>
public sealed class DinModule : nn.Module<TorchInputs, Tensor>
{
    private readonly (string Sequence, string Candidate)[] _pairs;
    [ComponentName(Name = "attention")]
    private readonly ModuleList<PerceptronModule> _attention = new();

    [ComponentName(Name = "perceptron")]
    private readonly PerceptronModule _perceptron;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors.</param>
    /// <param name="pairs">
    /// Which sequence is looked at for which pooled slot, of the same dimension; each pair has weights of its own, and other sequences are
    /// not read. Null for each sequence with the one slot of its table that is neither a sequence nor of <see cref="Pooling.FirstN"/>.
    /// </param>
    /// <param name="attentionHidden">The hidden layers of the attention. Null for 64 and 16.</param>
    /// <param name="hidden">The hidden layers of the perceptron. Null for 256 and 128.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema cannot be used; the message says why, with slots and dimensions.</exception>
    public DinModule(
        FeatureSchema schema, IReadOnlyList<(string Sequence, string Candidate)>? pairs = null, IReadOnlyList<int>? attentionHidden = null,
        IReadOnlyList<int>? hidden = null, int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(DinModule)))
    {
        ArgumentNullException.ThrowIfNull(schema);
        var width = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(outputs);
        _pairs = CandidatePairs.Of(schema, pairs, nameof(pairs));
        using var generator = manual_seed(seed);
        foreach (var (_, candidate) in _pairs)
        {
            var dimension = FieldShape.ColumnsOf(schema, candidate, nameof(pairs)).Width;
            _attention.Add(new PerceptronModule(4 * dimension, attentionHidden ?? [64, 16], 1));
            width += dimension;
        }
        _perceptron = new PerceptronModule(width, hidden ?? [256, 128], outputs);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var seen = new List<Tensor> { input.Segment() };
        for (var i = 0; i < _pairs.Length; i++) seen.Add(Interest(i, input.Sequence(_pairs[i].Sequence), input.Slot(_pairs[i].Candidate)));
        if (input.Schema.Layout.DenseWidth > 0) seen.Add(input.Dense);
        return _perceptron.call(cat(seen, 1)).MoveToOuterDisposeScope();
    }

    private Tensor Interest(int pair, TorchSequence sequence, Tensor candidate)
    {
        // Zeros behind the length: a weight times zero is zero, forward and backward.
        var steps = sequence.Values.Filled(sequence.Mask().logical_not().unsqueeze(2), 0);
        var asked = candidate.unsqueeze(1).expand_as(steps);
        var weights = _attention[pair].call(cat([asked, steps, asked - steps, asked * steps], 2));
        return bmm(weights.transpose(1, 2), steps).squeeze(1);
    }
}
