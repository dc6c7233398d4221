using Monolith.Embeddings.Models;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Running;

/// <summary>What a module must give for each batch: logits of the learned tasks, and the outputs of the first time. Immutable.</summary>
internal sealed class ResultShape
{
    private readonly string _model;
    private readonly int _tasks;
    private readonly Device _device;

    /// <param name="model">The model's name, for messages.</param>
    /// <param name="tasks">How many tasks are learned.</param>
    /// <param name="device">Where the module computes.</param>
    /// <param name="first">What it gave for some rows: it decides which outputs there are.</param>
    /// <param name="rows">How many.</param>
    /// <exception cref="InvalidOperationException">It cannot be used.</exception>
    public ResultShape(string model, int tasks, Device device, TorchResult first, int rows)
    {
        (_model, _tasks, _device) = (model, tasks, device);
        RequireLogits(first, rows);
        foreach (var (name, values) in first.Values) RequireFloats(name, values, rows);
        var names = first.Values.Select(output => output.Name).ToArray();
        if (names.Distinct().Count() != names.Length) throw Wrong($"two outputs of one name, among {TextOf(names)}.");
        Outputs = Array.AsReadOnly<ModelOutput>(
            [.. first.Values.Select(output => new ModelOutput(output.Name, (int)(output.Values.numel() / rows)))]);
    }

    /// <summary>What the module puts out beside logits.</summary>
    public IReadOnlyList<ModelOutput> Outputs { get; }

    /// <exception cref="InvalidOperationException">A result has another shape or type, or lies elsewhere.</exception>
    public void Require(TorchResult result, int rows)
    {
        RequireLogits(result, rows);
        var outputs = result.Values;
        if (outputs.Length != Outputs.Count)
            throw Wrong($"{outputs.Length} outputs, but {Outputs.Count} when the model was made.");
        for (var i = 0; i < outputs.Length; i++)
        {
            var (name, values) = outputs[i];
            if (name != Outputs[i].Name) throw Wrong($"an output '{name}', where '{Outputs[i].Name}' stood when the model was made.");
            RequireFloats(name, values, rows);
            if (values.numel() == (long)rows * Outputs[i].Width) continue;
            throw Wrong($"'{name}' of the shape {Shapes.TextOf(values)}, but {rows} rows of {Outputs[i].Width} are needed.");
        }
    }

    private static string TextOf(string[] names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private void RequireLogits(TorchResult result, int rows)
    {
        if (result.Logits is not { } logits) throw Wrong("no logits.");
        var isRight = logits.dim() == 2 ? logits.size(0) == rows && logits.size(1) == _tasks
            : logits.dim() == 1 && _tasks == 1 && logits.size(0) == rows;
        if (!isRight)
        {
            throw Wrong($"logits of the shape {Shapes.TextOf(logits)}, but [{rows}, {_tasks}] is needed: a row for each of the batch's, a "
                + "column for each task that is learned.");
        }
        RequireType("logits", logits);
    }

    private void RequireFloats(string name, Tensor values, int rows)
    {
        if (values is null || values.dim() is not (1 or 2) || values.size(0) != rows || values.numel() == 0)
        {
            throw Wrong($"'{name}' of the shape {(values is null ? "null" : Shapes.TextOf(values))}, but [{rows}, width] is needed, with a "
                + "width of at least 1.");
        }
        RequireType($"'{name}'", values);
    }

    private void RequireType(string what, Tensor values)
    {
        if (values.dtype != ScalarType.Float32) throw Wrong($"{what} of the type {values.dtype}, but {ScalarType.Float32} is needed.");
        if (values.device_type != _device.type)
            throw Wrong($"{what} on the device {values.device}, but the model is on {_device}.");
    }

    private InvalidOperationException Wrong(string what) => new($"The module of the model '{_model}' gives {what}");
}
