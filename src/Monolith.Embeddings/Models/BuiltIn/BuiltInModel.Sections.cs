using Monolith.Embeddings.Models.Sections;

namespace Monolith.Embeddings.Models;

public abstract partial class BuiltInModel
{
    /// <inheritdoc />
    public sealed override void Save(ModelSections sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        sections.AddNumber(BuiltInSections.Step, SectionRole.TrainingState, _step);
        _graph.Inputs.Heads.Save(sections);
        _start.Save(sections);
        foreach (var parameter in _graph.Parameters) parameter.Save(sections);
    }

    /// <inheritdoc />
    public sealed override void Load(ModelSections sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        var step = sections.Number(BuiltInSections.Step);
        if (step < 0) throw new InvalidDataException($"The model's step is {step}.");
        _graph.Inputs.Heads.Check(sections);
        foreach (var parameter in _graph.Parameters) parameter.Check(sections);
        var start = _start.Read(sections);
        sections.RequireAllRead();
        foreach (var parameter in _graph.Parameters) parameter.Take(sections);
        _start.Take(start);
        Volatile.Write(ref _step, step);
        _isDiverged = !_graph.HasFiniteWeights;
    }
}
