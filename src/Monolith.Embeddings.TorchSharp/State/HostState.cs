using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Learning;
using Monolith.Embeddings.TorchSharp.Running;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>What a rule of the core's keeps of one parameter, which is one row to it.</summary>
internal sealed class HostState
{
    // A float counts no further.
    private const long LargestCount = 1 << 24;

    private readonly TorchParameter _parameter;
    private readonly Optimizer _rule;
    private readonly StateNames _names;
    private readonly float[] _state;
    private readonly int _numbers;
    private readonly string _section;
    private float[] _ordered = [];
    private long _steps;

    public HostState(TorchParameter parameter, Optimizer rule, StateNames names)
    {
        (_parameter, _rule, _names, _section) = (parameter, rule, names, TrainingSections.OptimizerOf(parameter.Name));
        _state = new float[parameter.Length > 0 ? rule.StateLength(parameter.Length) : 0];
        if (parameter.Length == 0) return;
        _numbers = _state.Length - Math.Clamp(rule.ExactStateLength(parameter.Length), 0, _state.Length);
        rule.InitializeState(HostFloats.Of(parameter.Tensor), _state);
    }

    /// <summary>Whether all its numbers are finite.</summary>
    public bool IsFinite => FiniteFloats.AreWithin(_state.AsSpan(0, _numbers), float.MaxValue);

    // A counter behind the weights' state, as Adam has it.
    private bool HasCounter => _names.CountsSteps && _state.Length > _names.OfWeights.Count * _parameter.Length;

    public void Apply(in OptimizerContext context)
    {
        if (_parameter.Length == 0 || _parameter.Gradient is not { } gradient) return;
        _rule.Apply(HostFloats.Of(_parameter.Tensor), _state, InOrder(gradient), in context);
        _steps++;
    }

    public void Save(ModelSections sections)
    {
        sections.AddText(_section, SectionRole.TrainingState, _names.Text);
        foreach (var name in _names.Saved)
        {
            var place = _names.PlaceOf(name);
            if (place < 0) sections.AddNumber(SectionOf(name), SectionRole.TrainingState, _steps);
            else sections.AddFloats(SectionOf(name), SectionRole.TrainingState, Shape, Part(place));
        }
    }

    /// <summary>Looks at the sections, and changes nothing.</summary>
    /// <exception cref="InvalidDataException">They are of another optimizer, or another parameter.</exception>
    public void Check(ModelSections sections)
    {
        var text = sections.Text(_section);
        if (text != _names.Text)
        {
            throw new InvalidDataException($"The sections are of another model: the optimizer kept '{text}' of '{_parameter.Name}', but "
                + $"'{_names.Text}' is needed.");
        }
        foreach (var name in _names.OfWeights) sections.Floats(SectionOf(name), Shape);
        var steps = _names.CountsSteps ? sections.Number(SectionOf(StateNames.Step)) : 0;
        if (steps < 0) throw new InvalidDataException($"The optimizer's steps of '{_parameter.Name}' are {steps}.");
    }

    /// <summary>Takes sections that were checked.</summary>
    public void Take(ModelSections sections)
    {
        for (var i = 0; i < _names.OfWeights.Count; i++) sections.Floats(SectionOf(_names.OfWeights[i]), Shape).CopyTo(Part(i));
        if (!_names.CountsSteps) return;
        _steps = sections.Number(SectionOf(StateNames.Step));
        if (HasCounter) _state[^1] = Math.Min(_steps, LargestCount);
    }

    private int[] Shape => _names.IsWhole ? [_state.Length] : [.. _parameter.Shape];

    private Span<float> Part(int index) =>
        _names.IsWhole ? _state : _state.AsSpan(index * _parameter.Length, _parameter.Length);

    // TorchSharp may give a gradient that is a view of something else, such as the transpose of a product.
    private ReadOnlySpan<float> InOrder(Tensor gradient)
    {
        if (HostFloats.AreVisible(gradient)) return HostFloats.Of(gradient);
        if (_ordered.Length == 0) _ordered = new float[_parameter.Length];
        HostFloats.Read(gradient, _ordered);
        return _ordered;
    }

    private string SectionOf(string name) => $"{_section}/{name}";
}
