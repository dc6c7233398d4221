using Monolith.Embeddings.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>What an optimizer keeps of one parameter.</summary>
internal sealed class ParameterState
{
    private readonly TorchParameter _parameter;
    private readonly OptimizerState _state;
    private readonly OptimizerField[] _fields;
    private readonly string _section;

    public ParameterState(TorchParameter parameter, OptimizerState state)
    {
        (_parameter, _state, _fields) = (parameter, state, OptimizerField.Of(state.GetType()));
        _section = TrainingSections.OptimizerOf(parameter.Name);
    }

    /// <summary>Whether all its numbers are finite.</summary>
    public bool IsFinite => Array.TrueForAll(_fields, IsFiniteField);

    public void Save(ModelSections sections)
    {
        // Which fields there are: a tensor that is not there yet has no section.
        var present = _fields.Where(field => !field.IsTensor || field.TensorOf(_state) is not null).ToArray();
        sections.AddText(_section, SectionRole.TrainingState, string.Join(' ', present.Select(field => field.Name)));
        foreach (var field in present)
        {
            var name = SectionOf(field);
            if (!field.IsTensor) sections.AddNumber(name, SectionRole.TrainingState, field.BitsOf(_state));
            else TensorSection.Save(sections, name, SectionRole.TrainingState, field.TensorOf(_state)!);
        }
    }

    /// <summary>Looks at the sections, and changes nothing.</summary>
    /// <exception cref="InvalidDataException">They are of another optimizer, or another parameter.</exception>
    public void Check(ModelSections sections)
    {
        foreach (var name in PresentIn(sections))
        {
            var field = Array.Find(_fields, field => field.Name == name) ?? throw new InvalidDataException(
                $"The sections are of another model: the optimizer kept '{name}' of '{_parameter.Name}', which this one does not.");
            if (field.IsTensor) TensorSection.Check(sections, SectionOf(field), field.TensorOf(_state) ?? _parameter.Tensor);
            else sections.Number(SectionOf(field));
        }
        foreach (var field in _fields)
        {
            if (field.IsTensor || PresentIn(sections).Contains(field.Name)) continue;
            throw new InvalidDataException(
                $"The sections are of another model: '{field.Name}' of '{_parameter.Name}' is missing, which the optimizer needs.");
        }
    }

    /// <summary>Takes sections that were checked.</summary>
    public void Take(ModelSections sections)
    {
        var present = PresentIn(sections);
        foreach (var field in _fields)
        {
            var isPresent = present.Contains(field.Name);
            if (!field.IsTensor) field.SetBits(_state, sections.Number(SectionOf(field)));
            else if (isPresent) TensorSection.Take(sections, SectionOf(field), Room(field));
            else Drop(field);
        }
    }

    private bool IsFiniteField(OptimizerField field) =>
        !field.IsTensor || field.TensorOf(_state) is not { } tensor || TensorChecks.AreWithin(tensor, float.MaxValue);

    private string[] PresentIn(ModelSections sections) => sections.Text(_section).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private string SectionOf(OptimizerField field) => $"{_section}/{field.Name}";

    private Tensor Room(OptimizerField field)
    {
        if (field.TensorOf(_state) is { } tensor) return tensor;
        using var unobserved = no_grad();
        tensor = zeros_like(_parameter.Tensor).DetachFromDisposeScope();
        field.SetTensor(_state, tensor);
        return tensor;
    }

    private void Drop(OptimizerField field)
    {
        field.TensorOf(_state)?.Dispose();
        field.SetTensor(_state, null);
    }
}
