using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>An optimizer of the core's, over the memory of parameters on the CPU: no native call computes, and no tensor is made.</summary>
internal sealed class HostOptimizer : ModuleOptimizer
{
    private readonly Optimizer _rule;
    private readonly HostState[] _states;
    private readonly LearningRateSchedule? _schedule;
    private readonly float _initialRate;

    /// <param name="weights">What it learns; visible.</param>
    /// <param name="options">Valid ones.</param>
    public HostOptimizer(ModuleWeights weights, OptimizerOptions options)
    {
        (_rule, _schedule, _initialRate) = (options.Build(), options.Schedule?.Copy(), options.LearningRate);
        var names = StateNames.Of(options, _rule);
        Kind = names.Kind;
        _states = [.. weights.Trained.Select(parameter => new HostState(parameter, _rule, names))];
    }

    public override bool IsFinite => Array.TrueForAll(_states, state => state.IsFinite);

    protected override string Kind { get; }

    // The rule asks its schedule itself, but only after a batch was computed.
    public override void SetRate(long step)
    {
        if (_schedule is null || _schedule.Rate(step, _initialRate) is >= 0 and <= float.MaxValue) return;
        throw new InvalidOperationException($"{_schedule.GetType().Name} gives {_schedule.Rate(step, _initialRate):R} for step {step}, "
            + $"which is not between 0 and {float.MaxValue:R}. Nothing was learned.");
    }

    public override void Step(long step, int examples)
    {
        var context = new OptimizerContext(id: 0, step, examples);
        foreach (var state in _states) state.Apply(in context);
    }

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

    public override void Dispose()
    {
    }
}
