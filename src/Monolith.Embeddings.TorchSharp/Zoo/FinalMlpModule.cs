using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// FinalMLP (Mao et al. 2023, arXiv 2304.00902): two perceptrons over the same input, whose elements a gate of each weighs; what they give
/// meets in a bilinear form. One logit a task.
/// </summary>
/// <remarks>
/// x = [vectors, dense]; gate_s = 2 sigmoid(perceptron_s(c_s)), with c_s the vectors of the slots that are named for the stream s, or a
/// learned vector where none is; o_s = relu(stream_s(gate_s * x)), with products of elements. Both outputs are cut into heads; logit = bias
/// + w_1 . o_1 + w_2 . o_2 + sum over heads h of o_1h' W_h o_2h, with w_1, w_2 and W of each task. Sequences are not read.
/// </remarks>
public sealed class FinalMlpModule : nn.Module<TorchInputs, Tensor>
{
    private const int LearnedWidth = 16;

    private readonly int _heads;
    private readonly string[][] _slots;
    [ComponentName(Name = "first_context")]
    private readonly Parameter? _firstContext;

    [ComponentName(Name = "second_context")]
    private readonly Parameter? _secondContext;

    [ComponentName(Name = "gates")]
    private readonly ModuleList<PerceptronModule> _gates = new();

    [ComponentName(Name = "streams")]
    private readonly ModuleList<PerceptronModule> _streams = new();

    [ComponentName(Name = "linear")]
    private readonly PerceptronModule _linear;

    [ComponentName(Name = "bilinear")]
    private readonly Parameter _bilinear;

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors, of any dimensions.</param>
    /// <param name="firstSlots">
    /// The pooled slots whose vectors drive the gate of the first stream, such as those of the user; none for a learned vector.
    /// </param>
    /// <param name="secondSlots">Those of the second stream, such as the item's.</param>
    /// <param name="firstHidden">The width of each layer of the first stream, one at least. Null for 256 and 128.</param>
    /// <param name="secondHidden">Those of the second stream. Null for 256 and 128.</param>
    /// <param name="gateHidden">The hidden layers of each gate. Null for 64.</param>
    /// <param name="heads">Into how many heads the streams' outputs are cut; both widths are multiples of it. Default 1.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema or the widths cannot be used; the message says why.</exception>
    public FinalMlpModule(
        FeatureSchema schema, IReadOnlyList<string>? firstSlots = null, IReadOnlyList<string>? secondSlots = null,
        IReadOnlyList<int>? firstHidden = null, IReadOnlyList<int>? secondHidden = null, IReadOnlyList<int>? gateHidden = null,
        int heads = 1, int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(FinalMlpModule)))
    {
        ArgumentNullException.ThrowIfNull(schema);
        var width = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(outputs);
        Widths.Require(heads);
        IReadOnlyList<int>[] hidden = [firstHidden ?? [256, 128], secondHidden ?? [256, 128]];
        var (one, two) = (HeadWidth(hidden[0], heads, nameof(firstHidden)), HeadWidth(hidden[1], heads, nameof(secondHidden)));
        _heads = heads;
        _slots = [[.. firstSlots ?? []], [.. secondSlots ?? []]];
        using var generator = manual_seed(seed);
        if (_slots[0].Length == 0) _firstContext = Learned();
        if (_slots[1].Length == 0) _secondContext = Learned();
        for (var i = 0; i < 2; i++)
        {
            var given = _slots[i].Sum(slot => FieldShape.ColumnsOf(schema, slot, nameof(schema)).Width);
            _gates.Add(new PerceptronModule(given > 0 ? given : LearnedWidth, gateHidden ?? [64], width));
            _streams.Add(new PerceptronModule(width, [.. hidden[i].SkipLast(1)], hidden[i][^1]));
        }
        _linear = new PerceptronModule(hidden[0][^1] + hidden[1][^1], [], outputs);
        var limit = Math.Sqrt(6.0 / (one + two));
        _bilinear = nn.Parameter(nn.init.uniform_(empty(outputs, heads, one, two), -limit, limit));
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var x = input.Schema.Layout.DenseWidth > 0 ? cat([input.Segment(), input.Dense], 1) : input.Segment();
        var (one, two) = (Stream(0, input, x), Stream(1, input, x));
        var (oneHeads, twoHeads) = (one.view(input.Rows, _heads, -1), two.view(input.Rows, _heads, -1));
        var products = einsum("bhi,thij,bhj->bt", oneHeads, _bilinear, twoHeads);
        return (_linear.call(cat([one, two], 1)) + products).MoveToOuterDisposeScope();
    }

    private Tensor Stream(int i, TorchInputs input, Tensor x)
    {
        var context = _slots[i].Length > 0 ? cat([.. _slots[i].Select(slot => input.Slot(slot))], 1)
            : i == 0 ? _firstContext! : _secondContext!;
        var gate = nn.functional.sigmoid(_gates[i].call(context)).Times(2);
        return nn.functional.relu(_streams[i].call(gate * x));
    }

    // Drawn: from zeros the hidden units of its gate would be zeros for every row, and never learn.
    private static Parameter Learned() => nn.Parameter(nn.init.uniform_(empty(1, LearnedWidth), -1, 1));

    private static int HeadWidth(IReadOnlyList<int> hidden, int heads, string name)
    {
        if (hidden.Count == 0) throw new ArgumentException("A stream needs one layer at least; there is none.", name);
        return hidden[^1] % heads == 0 ? hidden[^1] / heads
            : throw new ArgumentException($"A stream's output of {hidden[^1]} elements cannot be cut into {heads} equal heads.", name);
    }
}
