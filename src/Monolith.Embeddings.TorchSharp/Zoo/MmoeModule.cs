using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// MMoE (Ma et al. 2018, "Modeling task relationships in multi-task learning with multi-gate mixture-of-experts"): experts that all tasks
/// share, and for each task a gate that mixes them and a tower over the mixture. One logit a task.
/// </summary>
/// <remarks>
/// x = [vectors, dense]; e_i = relu(expert_i(x)); g_k = softmax(W_k x); logit of task k = tower_k(sum over i of g_ki e_i). Experts and
/// towers are perceptrons, gates have no biases. With one task it is a mixture of experts. Sequences are not read.
/// </remarks>
public sealed class MmoeModule : nn.Module<TorchInputs, Tensor>
{
    [ComponentName(Name = "experts")]
    private readonly ModuleList<PerceptronModule> _experts = new();

    [ComponentName(Name = "gates")]
    private readonly ModuleList<Linear> _gates = new();

    [ComponentName(Name = "towers")]
    private readonly ModuleList<PerceptronModule> _towers = new();

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors, of any dimensions.</param>
    /// <param name="experts">How many experts there are, at least 1. Default 4.</param>
    /// <param name="expertHidden">The width of each layer of an expert, one at least. Null for 256 and 128.</param>
    /// <param name="towerHidden">The hidden layers of each tower. Null for 64.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema or the widths cannot be used; the message says why.</exception>
    public MmoeModule(
        FeatureSchema schema, int experts = 4, IReadOnlyList<int>? expertHidden = null, IReadOnlyList<int>? towerHidden = null,
        int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(MmoeModule)))
    {
        ArgumentNullException.ThrowIfNull(schema);
        var width = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        var outputs = tasks ?? schema.Tasks.Count;
        Widths.Require(experts);
        Widths.Require(outputs, name: nameof(tasks));
        expertHidden ??= [256, 128];
        if (expertHidden.Count == 0) throw new ArgumentException("An expert needs one layer at least, not none.", nameof(expertHidden));
        using var generator = manual_seed(seed);
        for (var i = 0; i < experts; i++) _experts.Add(new PerceptronModule(width, [.. expertHidden.SkipLast(1)], expertHidden[^1]));
        for (var task = 0; task < outputs; task++)
        {
            _gates.Add(nn.Linear(width, experts, hasBias: false));
            _towers.Add(new PerceptronModule(expertHidden[^1], towerHidden ?? [64], 1));
        }
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var x = input.Schema.Layout.DenseWidth > 0 ? cat([input.Segment(), input.Dense], 1) : input.Segment();
        var experts = stack(_experts.Select(expert => nn.functional.relu(expert.call(x))), 1);
        var logits = _towers.Select((tower, task) =>
        {
            var gate = nn.functional.softmax(_gates[task].call(x), 1).unsqueeze(1);
            return tower.call(bmm(gate, experts).squeeze(1));
        });
        return cat([.. logits], 1).MoveToOuterDisposeScope();
    }
}
