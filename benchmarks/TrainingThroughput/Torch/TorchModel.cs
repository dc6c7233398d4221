using static TorchSharp.torch;

namespace TrainingThroughput.Torch;

/// <summary>The flat table with a multilayer perceptron over its vectors and the dense features, which learns by Adagrad.</summary>
internal sealed class TorchModel : IDisposable
{
    private const float Rate = 0.01f;

    private readonly TorchBag _bag;
    private readonly TorchBatches _batches;
    private readonly nn.Module<Tensor, Tensor> _layers;
    private readonly optim.Optimizer _optimizer;

    public TorchModel(TorchBag bag, TorchBatches batches)
    {
        (_bag, _batches) = (bag, batches);
        var (widths, layers) = (CriteoShape.Hidden, new List<(string, nn.Module<Tensor, Tensor>)>());
        var inputs = CriteoShape.Slots * CriteoShape.Dimension + CriteoShape.Dense;
        foreach (var width in widths)
        {
            layers.Add(($"linear{layers.Count}", nn.Linear(inputs, width)));
            layers.Add(($"relu{layers.Count}", nn.ReLU()));
            inputs = width;
        }
        layers.Add(("last", nn.Linear(inputs, 1)));
        _layers = nn.Sequential(layers);
        _optimizer = optim.Adagrad(_layers.parameters(), Rate);
    }

    public void Run(int first, int count)
    {
        for (var batch = first; batch < first + count; batch++)
        {
            using var scope = NewDisposeScope();
            _bag.ZeroGradient();
            _optimizer.zero_grad();
            var logits = _layers.call(cat([_bag.Forward(batch), _batches.Dense(batch)], 1)).reshape(CriteoShape.BatchSize);
            nn.functional.binary_cross_entropy_with_logits(logits, _batches.Labels(batch), reduction: nn.Reduction.Sum).backward();
            _bag.Step();
            _optimizer.step();
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _layers.Dispose();
    }
}
