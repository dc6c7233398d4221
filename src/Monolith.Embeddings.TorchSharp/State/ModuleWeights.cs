using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Running;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>The parameters of a module and their gradients.</summary>
internal sealed class ModuleWeights
{
    // The square of a greater one is near the largest float; the built-in models refuse it, too.
    private const float LargestGradient = 1e18f;

    private readonly string _model;
    private readonly TorchParameter[] _trained;

    /// <param name="model">The model's name, for messages.</param>
    /// <param name="module">The module.</param>
    /// <param name="device">Where it has to be.</param>
    /// <exception cref="ArgumentException">A parameter or buffer lies elsewhere, or has a type that cannot be learned.</exception>
    public ModuleWeights(string model, nn.Module module, Device device)
    {
        _model = model;
        foreach (var (name, tensor) in module.state_dict()) RequireDevice(name, tensor, device);
        foreach (var (name, tensor) in module.named_buffers()) RequireDevice(name, tensor, device);
        var (seen, all) = (new HashSet<nint>(), new List<TorchParameter>());
        foreach (var (name, parameter) in module.named_parameters())
        {
            // A parameter that stands in two places is one.
            if (!seen.Add(parameter.Handle)) continue;
            if (parameter.dtype != ScalarType.Float32)
            {
                throw new ArgumentException($"The parameter '{name}' of the module is of the type {parameter.dtype}; only "
                    + $"{ScalarType.Float32} is learned. Convert the module by its to().", nameof(module));
            }
            all.Add(new TorchParameter(name, parameter));
        }
        All = Array.AsReadOnly([.. all]);
        _trained = [.. all.Where(parameter => parameter.Tensor.requires_grad)];
    }

    /// <summary>All parameters, frozen ones too.</summary>
    public IReadOnlyList<TorchParameter> All { get; }

    /// <summary>Those that learn.</summary>
    public IReadOnlyList<TorchParameter> Trained => _trained;

    public IEnumerable<Parameter> TrainedTensors => _trained.Select(parameter => parameter.Tensor);

    /// <summary>Whether the memory of all that learn can be seen as it is.</summary>
    public bool AreVisible => Array.TrueForAll(_trained, parameter => HostFloats.AreVisible(parameter.Tensor));

    /// <summary>Whether all weights are finite.</summary>
    public bool AreFinite => Array.TrueForAll(_trained, parameter => TensorChecks.AreWithin(parameter.Tensor, float.MaxValue));

    /// <summary>Whether no gradient is so large that its square is not finite, or none.</summary>
    public bool AreGradientsSound
    {
        get
        {
            foreach (var parameter in _trained)
            {
                if (parameter.Gradient is { } gradient && !TensorChecks.AreWithin(gradient, LargestGradient)) return false;
            }
            return true;
        }
    }

    /// <summary>The sum of the squares of all gradients.</summary>
    public double SquaredNorm
    {
        get
        {
            var sum = 0.0;
            foreach (var parameter in _trained)
            {
                if (parameter.Gradient is { } gradient) sum += TensorChecks.SquaredNorm(gradient);
            }
            return sum;
        }
    }

    public void ClearGradients()
    {
        foreach (var parameter in _trained) parameter.Gradient = null;
    }

    /// <exception cref="InvalidOperationException">A parameter has no gradient, and never had one.</exception>
    public void RequireGradients(bool allowsUnused)
    {
        foreach (var parameter in _trained)
        {
            if (!parameter.HasLearned && !allowsUnused && parameter.Gradient is null) throw Unused();
        }
        foreach (var parameter in _trained) parameter.HasLearned = true;
    }

    public void ScaleGradients(double scale)
    {
        foreach (var parameter in _trained)
        {
            if (parameter.Gradient is { } gradient) TensorChecks.Scale(gradient, scale);
        }
    }

    public void HandBack(DenseGradients gradients, int examples)
    {
        foreach (var parameter in All)
        {
            if (examples > 0 && parameter.Gradient is { } gradient) HostFloats.Read(gradient, gradients.Of(parameter));
            else gradients.Of(parameter).Clear();
        }
        gradients.Examples = examples;
    }

    private InvalidOperationException Unused()
    {
        var names = _trained.Where(parameter => parameter.Gradient is null).Select(parameter => $"'{parameter.Name}'");
        return new InvalidOperationException($"The loss of the model '{_model}' does not depend on {string.Join(", ", names)}: forward "
            + "does not use them, or the loss does not use what they give. Nothing was learned. Set requires_grad to false for parameters "
            + $"that are not to learn, or {nameof(TorchModelOptions.AllowsUnusedParameters)} where some batches use them alone.");
    }

    private static void RequireDevice(string name, Tensor tensor, Device device)
    {
        if (tensor.device_type == device.type) return;
        throw new ArgumentException($"'{name}' of the module is on the device {tensor.device}, but the model's inputs are on {device}. "
            + $"Move all of the module to one device, or let {nameof(TorchModelOptions.Device)} do so.", nameof(device));
    }
}
