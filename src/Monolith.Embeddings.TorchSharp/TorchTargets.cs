using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Learning;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp;

/// <summary>What a <see cref="TorchLoss"/> compares a result with. Valid during the call alone; not to be changed in place.</summary>
public sealed class TorchTargets
{
    private readonly TargetTensors _tensors;

    internal TorchTargets(TargetTensors tensors, IReadOnlyList<LabelTask> tasks) => (_tensors, Tasks) = (tensors, tasks);

    /// <summary>The tasks that the model learns, in the schema's order: what the columns are.</summary>
    public IReadOnlyList<LabelTask> Tasks { get; }

    /// <summary>The labels, [rows, tasks]; 0 where a label is missing.</summary>
    public Tensor Labels => _tensors.Labels.Tensor;

    /// <summary>
    /// Weight of the example times weight of the task, [rows, tasks]; 0 where a label is missing, and in rows that are left out because
    /// their numbers are absurd.
    /// </summary>
    public Tensor Weights => _tensors.Weights.Tensor;

    /// <summary>What is added to a logit in training alone, [rows, tasks].</summary>
    public Tensor LogitOffsets => _tensors.Offsets.Tensor;

    /// <summary>Whether an offset of the batch is not 0.</summary>
    public bool HasOffsets => _tensors.HasOffsets;

    /// <summary>The weights of the examples, [rows]; 0 in rows that are left out because their numbers are absurd.</summary>
    public Tensor RowWeights => _tensors.RowWeights.Tensor;

    /// <summary>What the module was given.</summary>
    public TorchInputs Inputs { get; internal set; } = null!;

    /// <summary>The examples: ids of each slot, times, labels of tasks that are not learned.</summary>
    public ExampleBatch Examples { get; internal set; } = null!;
}
