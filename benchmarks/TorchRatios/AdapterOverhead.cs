using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp;
using TrainingThroughput;
using TrainingThroughput.Workloads;
using static TorchSharp.torch;
using TorchModel = Monolith.Embeddings.TorchSharp.TorchModel;

namespace TorchRatios;

/// <summary>
/// A batch by <c>TorchModel.Train</c> beside the same layers driven by hand on tensors over the same blocks: forward, loss, backward,
/// step, logits read. By the clock.
/// </summary>
internal sealed class AdapterOverhead(ThroughputContext context)
{
    public const string Name = "adapter.overhead";

    public void Run()
    {
        if (!context.Settings.IsWanted(Name)) return;
        var batch = new PreparedBatch(new TrainingSchema(1000, 1));
        // The optimizer of the other side, so that the ratio is of what lies around the module alone.
        using var model = new TorchModel(batch.Schema, new DeepFmModule(batch.Schema, CriteoShape.Hidden), new()
        {
            Optimizer = parameters => optim.Adagrad(parameters, 0.01, initial_accumulator_value: 0.1),
        });
        using var byHand = new ByHand(batch);
        var (ratio, ours, theirs) = context.Compare(
            (_, count) => Repeat(count, () => batch.Train(model)), (_, count) => Repeat(count, byHand.Train), WallClock.Now);
        context.Report.PrintExactly(Name, ratio);
        context.Report.Print($"{Name}.us_a_batch", ours / 1000);
        context.Report.Print($"{Name}.by_hand_us_a_batch", theirs / 1000);
    }

    private static void Repeat(int count, Action work)
    {
        for (var i = 0; i < count; i++) work();
    }

    private sealed class ByHand : IDisposable
    {
        private readonly PreparedBatch _batch;
        private readonly PerceptronModule _perceptron;
        private readonly TorchSharp.Modules.Linear _linear;
        private readonly TorchSharp.Modules.Parameter _bias;
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor _biases, _vectors, _dense, _labels, _biasGradient, _vectorGradient;
        private readonly float[] _logits = new float[CriteoShape.BatchSize];

        public ByHand(PreparedBatch batch)
        {
            _batch = batch;
            var vectors = CriteoShape.Slots * CriteoShape.Dimension;
            _perceptron = new PerceptronModule(vectors + CriteoShape.Dense, CriteoShape.Hidden, 1);
            (_linear, _bias) = (nn.Linear(CriteoShape.Dense, 1, hasBias: false), nn.Parameter(zeros(1)));
            _optimizer = optim.Adagrad([.. _perceptron.parameters(), .. _linear.parameters(), _bias], 0.01, initial_accumulator_value: 0.1);
            var (bias, vector) = (batch.Schema.Layout.Find("bias")!, batch.Schema.Layout.Find("vector")!);
            _biases = Over(batch.Inputs.Storage(bias), CriteoShape.Slots).requires_grad_();
            _vectors = Over(batch.Inputs.Storage(vector), vectors).requires_grad_();
            _dense = Over(batch.Inputs.DenseStorage, CriteoShape.Dense);
            _labels = tensor(batch.Examples.Labels(batch.Schema.Tasks[0]).ToArray()).unsqueeze(1);
            _biasGradient = Over(batch.Gradients.Storage(bias), CriteoShape.Slots);
            _vectorGradient = Over(batch.Gradients.Storage(vector), vectors);
            (_biases.grad, _vectors.grad) = (_biasGradient, _vectorGradient);
        }

        public void Train()
        {
            using var scope = NewDisposeScope();
            _batch.Gradients.Clear();
            foreach (var parameter in _optimizer.parameters()) parameter.grad = null;
            var fields = _vectors.view(CriteoShape.BatchSize, CriteoShape.Slots, CriteoShape.Dimension);
            var pairs = (fields.sum(1).square() - fields.square().sum(1)) * 0.5;
            var logits = _bias + _biases.sum(1, keepdim: true) + pairs.sum(1, keepdim: true) + _linear.call(_dense)
                + _perceptron.call(cat([_vectors, _dense], 1));
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(logits.bytes).CopyTo(_logits);
            nn.functional.binary_cross_entropy_with_logits(logits, _labels, reduction: nn.Reduction.Sum).backward();
            _optimizer.step();
        }

        public void Dispose()
        {
            foreach (var tensor in new[] { _biases, _vectors, _dense, _labels, _biasGradient, _vectorGradient, _bias }) tensor.Dispose();
            _optimizer.Dispose();
            _linear.Dispose();
            _perceptron.Dispose();
        }

        private static Tensor Over(FloatBlock block, int width) =>
            frombuffer(block.Array!, ScalarType.Float32, block.Count, block.Offset).view(CriteoShape.BatchSize, width);
    }
}
