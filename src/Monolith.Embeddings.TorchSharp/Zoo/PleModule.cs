using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Zoo;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>
/// PLE (Tang et al. 2020, "Progressive layered extraction"): levels of experts, some of each task's own and some shared, whose gates mix
/// more and more of what a task needs. One logit a task. One level is the paper's CGC.
/// </summary>
/// <remarks>
/// h_0 of each task and of the shared part is x = [vectors, dense]. At each level every expert is e = relu(perceptron(h)), with the h of
/// its owner. The task k has h' = sum of g e over its own and the shared experts, g = softmax(W_k h_k); the shared part has it over all
/// experts, g = softmax(W_s h_s), and none at the last level. Logit of task k = tower_k(h_k). Gates have no biases. Own experts stand
/// before the shared ones, and those of task 0 first. Sequences are not read.
/// </remarks>
public sealed class PleModule : nn.Module<TorchInputs, Tensor>
{
    private readonly int _tasks;
    // By level, owner (the tasks, then the shared part) and number.
    [ComponentName(Name = "experts")]
    private readonly ModuleList<ModuleList<ModuleList<PerceptronModule>>> _experts = new();

    [ComponentName(Name = "gates")]
    private readonly ModuleList<ModuleList<Linear>> _gates = new();

    [ComponentName(Name = "towers")]
    private readonly ModuleList<PerceptronModule> _towers = new();

    /// <summary>Creates the module.</summary>
    /// <param name="schema">Its tables have vectors, of any dimensions.</param>
    /// <param name="levels">How many levels of experts there are, at least 1. Default 2.</param>
    /// <param name="ownExperts">How many experts each task has at a level, at least 1. Default 2.</param>
    /// <param name="sharedExperts">How many experts are shared at a level, at least 1. Default 2.</param>
    /// <param name="expertHidden">The width of each layer of an expert, one at least. Null for 128.</param>
    /// <param name="towerHidden">The hidden layers of each tower. Null for 64.</param>
    /// <param name="tasks">How many tasks are learned; null for all of the schema.</param>
    /// <param name="seed">What the first weights are drawn from.</param>
    /// <exception cref="ArgumentException">The schema or the widths cannot be used; the message says why.</exception>
    public PleModule(
        FeatureSchema schema, int levels = 2, int ownExperts = 2, int sharedExperts = 2, IReadOnlyList<int>? expertHidden = null,
        IReadOnlyList<int>? towerHidden = null, int? tasks = null, long seed = 0)
        : base(TorchRuntime.Named(nameof(PleModule)))
    {
        ArgumentNullException.ThrowIfNull(schema);
        var width = FieldShape.WidthOf(schema, RowBuilder.VectorName, nameof(schema)) + schema.Layout.DenseWidth;
        _tasks = tasks ?? schema.Tasks.Count;
        Widths.Require(levels);
        Widths.Require(ownExperts);
        Widths.Require(sharedExperts);
        Widths.Require(_tasks, name: nameof(tasks));
        expertHidden ??= [128];
        if (expertHidden.Count == 0) throw new ArgumentException("An expert needs one layer at least, not none.", nameof(expertHidden));
        using var generator = manual_seed(seed);
        for (var level = 0; level < levels; level++, width = expertHidden[^1])
        {
            var (experts, gates) = (new ModuleList<ModuleList<PerceptronModule>>(), new ModuleList<Linear>());
            for (var owner = 0; owner <= _tasks; owner++)
            {
                var isShared = owner == _tasks;
                experts.Add(new([.. Enumerable.Range(0, isShared ? sharedExperts : ownExperts)
                    .Select(_ => new PerceptronModule(width, [.. expertHidden.SkipLast(1)], expertHidden[^1]))]));
                if (isShared && level == levels - 1) continue;
                gates.Add(nn.Linear(width, (isShared ? _tasks : 1) * ownExperts + sharedExperts, hasBias: false));
            }
            _experts.Add(experts);
            _gates.Add(gates);
        }
        for (var task = 0; task < _tasks; task++) _towers.Add(new PerceptronModule(width, towerHidden ?? [64], 1));
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(TorchInputs input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var x = input.Schema.Layout.DenseWidth > 0 ? cat([input.Segment(), input.Dense], 1) : input.Segment();
        var owners = Enumerable.Repeat(x, _tasks + 1).ToArray();
        for (var level = 0; level < _experts.Count; level++) owners = Level(level, owners);
        return cat([.. _towers.Select((tower, task) => tower.call(owners[task]))], 1).MoveToOuterDisposeScope();
    }

    // What tasks and shared part have after a level; without the shared part after the last.
    private Tensor[] Level(int level, Tensor[] inputs)
    {
        var experts = _experts[level]
            .Select((own, owner) => own.Select(expert => nn.functional.relu(expert.call(inputs[owner]))).ToArray()).ToArray();
        return [.. _gates[level].Select((gate, owner) =>
        {
            Tensor[] seen = owner == _tasks ? [.. experts.SelectMany(own => own)] : [.. experts[owner], .. experts[_tasks]];
            var weights = nn.functional.softmax(gate.call(inputs[owner]), 1).unsqueeze(1);
            return bmm(weights, stack(seen, 1)).squeeze(1);
        })];
    }
}
