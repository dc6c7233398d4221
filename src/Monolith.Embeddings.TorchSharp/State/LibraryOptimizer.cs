using Monolith.Embeddings.Models;
using TorchSharp.Modules;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>An optimizer of TorchSharp's.</summary>
internal sealed class LibraryOptimizer : ModuleOptimizer
{
    private readonly OptimizerHelper _optimizer;
    private readonly ParameterState[] _states;
    private readonly Func<long, double>? _rate;

    /// <param name="weights">What it learns.</param>
    /// <param name="create">Makes it.</param>
    /// <param name="rate">The rate of a step; null for the optimizer's own.</param>
    /// <exception cref="ArgumentException">It leaves a parameter out, or knows one that the module has not.</exception>
    /// <exception cref="NotSupportedException">It keeps something that cannot be saved.</exception>
    public LibraryOptimizer(
        ModuleWeights weights, Func<IEnumerable<Parameter>, OptimizerHelper> create, Func<long, double>? rate)
    {
        _rate = rate;
        _optimizer = create(weights.TrainedTensors.ToArray())
            ?? throw new ArgumentException($"{nameof(TorchModelOptions.Optimizer)} made none.", nameof(create));
        var states = new List<ParameterState>();
        foreach (var (tensor, state) in _optimizer.parameters().Zip(_optimizer.state_dict().State))
        {
            var parameter = weights.Trained.FirstOrDefault(parameter => parameter.Tensor.Handle == tensor.Handle)
                ?? throw new ArgumentException("The optimizer has a parameter that the module does not learn. Make it of the parameters "
                    + $"that {nameof(TorchModelOptions.Optimizer)} is given.", nameof(create));
            states.Add(new ParameterState(parameter, state));
        }
        var known = _optimizer.parameters().Select(tensor => tensor.Handle).ToHashSet();
        var missing = weights.Trained.Where(parameter => !known.Contains(parameter.Tensor.Handle)).Select(p => $"'{p.Name}'").ToArray();
        if (missing.Length > 0)
        {
            throw new ArgumentException($"The optimizer leaves {string.Join(", ", missing)} out. Give it all parameters, and set "
                + "requires_grad to false for those that are not to learn before the model is made.", nameof(create));
        }
        _states = [.. states];
    }

    public override bool IsFinite => Array.TrueForAll(_states, state => state.IsFinite);

    protected override string Kind => _optimizer.GetType().Name;

    public override void SetRate(long step)
    {
        if (_rate is null) return;
        var rate = _rate(step);
        if (!(rate >= 0 && rate <= float.MaxValue))
        {
            throw new InvalidOperationException($"{nameof(TorchModelOptions.LearningRate)} gives {rate:R} for step {step}, which is not "
                + $"between 0 and {float.MaxValue:R}. Nothing was learned.");
        }
        foreach (var group in _optimizer.ParamGroups) group.LearningRate = rate;
    }

    public override void Step(long step, int examples) => _optimizer.step();

    protected override void SaveStates(ModelSections sections)
    {
        foreach (var state in _states) state.Save(sections);
    }

    protected override void CheckStates(ModelSections sections)
    {
        foreach (var state in _states) state.Check(sections);
    }

    public override void Take(ModelSections sections)
    {
        foreach (var state in _states) state.Take(sections);
    }

    public override void Dispose() => _optimizer.Dispose();
}
