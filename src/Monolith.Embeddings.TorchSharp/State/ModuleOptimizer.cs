using Monolith.Embeddings.Models;
using TorchSharp.Modules;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>The optimizer of a module's parameters, and what it keeps of each.</summary>
internal sealed class ModuleOptimizer : IDisposable
{
    private readonly OptimizerHelper _optimizer;
    private readonly ParameterState[] _states;
    private readonly Func<long, double>? _rate;

    /// <param name="weights">What it learns.</param>
    /// <param name="create">Makes it.</param>
    /// <param name="rate">The rate of a step; null for the optimizer's own.</param>
    /// <exception cref="ArgumentException">It leaves a parameter out, or knows one that the module has not.</exception>
    /// <exception cref="NotSupportedException">It keeps something that cannot be saved.</exception>
    public ModuleOptimizer(
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

    /// <summary>Whether all numbers that it keeps are finite.</summary>
    public bool IsFinite => Array.TrueForAll(_states, state => state.IsFinite);

    /// <summary>The kind of the rule. Stored.</summary>
    private string Kind => _optimizer.GetType().Name;

    /// <summary>Sets the rate of a step.</summary>
    /// <exception cref="InvalidOperationException">The schedule gives no rate.</exception>
    public void SetRate(long step)
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

    public void Step() => _optimizer.step();

    public void Save(ModelSections sections)
    {
        sections.AddText(TrainingSections.Optimizer, SectionRole.TrainingState, Kind);
        foreach (var state in _states) state.Save(sections);
    }

    /// <summary>Looks at the sections, and changes nothing.</summary>
    /// <exception cref="InvalidDataException">They are of another optimizer.</exception>
    public void Check(ModelSections sections)
    {
        var kind = sections.Text(TrainingSections.Optimizer);
        if (kind != Kind)
            throw new InvalidDataException($"The sections are of another model: it learned by '{kind}', but '{Kind}' is needed.");
        foreach (var state in _states) state.Check(sections);
    }

    /// <summary>Takes sections that were checked.</summary>
    public void Take(ModelSections sections)
    {
        foreach (var state in _states) state.Take(sections);
    }

    public void Dispose() => _optimizer.Dispose();
}
