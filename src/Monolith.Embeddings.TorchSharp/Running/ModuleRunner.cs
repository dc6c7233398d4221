using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Blocks;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Running;

/// <summary>
/// A module with its <c>forward</c>, in training or in evaluation mode. <see cref="Evaluate"/> may be called on any number of threads at
/// once, but not beside <see cref="Train"/>.
/// </summary>
/// <param name="module">The module.</param>
/// <param name="forward">Calls it.</param>
internal sealed class ModuleRunner(nn.Module module, Func<TorchInputs, TorchResult> forward)
{
    private const int ProbedRows = 2;

    private readonly Lock _gate = new();
    private bool? _isTraining;

    /// <summary>What the module gives for two empty rows.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="memory">Where it computes.</param>
    /// <param name="read">Sees the result.</param>
    public void Probe(FeatureSchema schema, ModuleMemory memory, Action<TorchResult, int> read)
    {
        using var examples = new ExampleBatch(schema);
        for (var i = 0; i < ProbedRows; i++)
        {
            examples.BeginExample();
            examples.EndRow();
        }
        new DerivedFeatures(schema).Derive(examples);
        var blocks = new FeatureBlocks(schema.Layout);
        blocks.Resize(ProbedRows);
        blocks.Clear();
        using var tensors = new InputTensors(schema, memory);
        Evaluate();
        using var unobserved = no_grad();
        using var scope = NewDisposeScope();
        tensors.Bind(blocks, examples);
        read(forward(tensors.Inputs), ProbedRows);
    }

    /// <summary>Runs <c>forward</c>, whose exceptions come through.</summary>
    public TorchResult Run(TorchInputs inputs) => forward(inputs);

    /// <summary>Puts the module into training mode.</summary>
    public void Train() => SetMode(true);

    /// <summary>Puts the module into evaluation mode.</summary>
    public void Evaluate() => SetMode(false);

    // A walk over all submodules: only where the mode changes, which is never in a trainer and never in a replica.
    private void SetMode(bool isTraining)
    {
        lock (_gate)
        {
            if (_isTraining == isTraining) return;
            module.train(isTraining);
            _isTraining = isTraining;
        }
    }
}
