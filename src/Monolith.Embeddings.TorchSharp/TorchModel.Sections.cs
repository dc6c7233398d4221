using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.State;

namespace Monolith.Embeddings.TorchSharp;

public sealed partial class TorchModel
{
    /// <summary>
    /// Puts the module's <c>state_dict</c> into sections, by the keys that PyTorch knows, and what the optimizer keeps of each parameter.
    /// </summary>
    /// <inheritdoc cref="OnlineModel.Save(ModelSections)" path="/param" />
    public override void Save(ModelSections sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        sections.AddNumber(TrainingSections.Step, SectionRole.TrainingState, _step);
        foreach (var (key, tensor) in _module.state_dict()) TensorSection.Save(sections, key, SectionRole.Weights, tensor);
        _optimizer.Save(sections);
        if (_options.Loss.SaveState() is { } state) sections.AddBytes(TrainingSections.Loss, SectionRole.TrainingState, state);
    }

    /// <inheritdoc />
    public override void Load(ModelSections sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var step = sections.Number(TrainingSections.Step);
        if (step < 0) throw new InvalidDataException($"The model's step is {step}.");
        var state = _module.state_dict();
        foreach (var (key, tensor) in state) TensorSection.Check(sections, key, tensor);
        _optimizer.Check(sections);
        var hasState = _options.Loss.SaveState() is not null;
        var ofLoss = hasState ? sections.Bytes(TrainingSections.Loss) : default;
        sections.RequireAllRead();
        if (hasState) _options.Loss.LoadState(ofLoss);
        foreach (var (key, tensor) in state) TensorSection.Take(sections, key, tensor);
        _optimizer.Take(sections);
        Volatile.Write(ref _step, step);
        _isDiverged = !(_weights.AreFinite && _optimizer.IsFinite);
    }
}
