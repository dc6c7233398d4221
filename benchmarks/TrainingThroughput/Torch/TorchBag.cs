using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingThroughput.Torch;

/// <summary>
/// TorchSharp's flat table: one sparse <c>nn.EmbeddingBag</c> that sums, under SGD, the only rule that takes its gradients. Forward,
/// backward from a constant gradient, and step.
/// </summary>
internal sealed class TorchBag : IDisposable
{
    private const float Rate = 0.01f, Gradient = 1e-4f;

    private readonly EmbeddingBag _bag;
    private readonly Tensor _offsets;
    private readonly Tensor _gradient;
    private readonly optim.Optimizer _optimizer;
    private readonly TorchBatches _batches;

    public TorchBag(int rows, TorchBatches batches)
    {
        _batches = batches;
        _bag = nn.EmbeddingBag(rows, CriteoShape.Dimension, mode: EmbeddingBagMode.Sum, sparse: true);
        _offsets = arange(CriteoShape.IdsABatch, ScalarType.Int64);
        _gradient = full([CriteoShape.IdsABatch, CriteoShape.Dimension], Gradient);
        _optimizer = optim.SGD(_bag.parameters(), Rate);
    }

    /// <summary>The vectors of a batch, [batch, slots x dimension].</summary>
    public Tensor Forward(int batch) => Vectors(batch).reshape(CriteoShape.BatchSize, CriteoShape.Slots * CriteoShape.Dimension);

    public void ZeroGradient() => _optimizer.zero_grad();

    public void Step() => _optimizer.step();

    public void Run(int first, int count)
    {
        for (var batch = first; batch < first + count; batch++)
        {
            using var scope = NewDisposeScope();
            ZeroGradient();
            Vectors(batch).backward([_gradient]);
            Step();
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _bag.Dispose();
        _offsets.Dispose();
        _gradient.Dispose();
    }

    private Tensor Vectors(int batch) => _bag.call(_batches.Rows(batch), _offsets, null!);
}
