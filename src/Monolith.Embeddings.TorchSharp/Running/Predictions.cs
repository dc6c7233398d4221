using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Blocks;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Running;

/// <summary>Predicts by a module, on any number of threads at once.</summary>
internal sealed class Predictions(
    FeatureSchema schema, ModuleMemory memory, ModuleRunner runner, ResultShape shape, ResultWriter writer) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<InputTensors> _idle = new();

    public void Run(in PredictContext context)
    {
        runner.Evaluate();
        var tensors = Rent();
        try
        {
            // Both are the thread's, and end with the call.
            using var unobserved = no_grad();
            using var scope = NewDisposeScope();
            tensors.Bind(context.Inputs, context.Batch);
            var result = runner.Run(tensors.Inputs);
            shape.Require(result, context.Rows);
            writer.Write(result, context.Logits, context.Outputs);
        }
        finally
        {
            memory.Complete();
            Return(tensors);
        }
    }

    public void Dispose()
    {
        foreach (var tensors in _idle) tensors.Dispose();
        _idle.Clear();
    }

    private InputTensors Rent()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var tensors)) return tensors;
        }
        return new InputTensors(schema, memory);
    }

    private void Return(InputTensors tensors)
    {
        lock (_gate) _idle.Push(tensors);
    }
}
