using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Blocks;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>The copies to a device and back, run against a device that does them as late as it may.</summary>
public class StagingTests
{
    private static readonly FeatureSchema Schema = Batch.Schema("seen");

    private DelayedCopies _copies = null!;

    [SetUp]
    public void Create() => _copies = new DelayedCopies();

    [Test]
    public void Batches_of_any_size_have_the_bits_of_a_model_on_the_host()
    {
        using var staged = Staged(Forward);
        using var host = new TorchModel(Schema, new ModuleOf(8, Forward));
        foreach (var (rows, i) in new[] { 5, 5, 9, 2, 9, 64 }.Select((rows, i) => (rows, i)))
        {
            using var batch = new Batch(Schema, rows, i);
            using var other = new Batch(Schema, rows, i);
            Assert.That(batch.Predict(staged), Is.EqualTo(other.Predict(host)));
            batch.Train(staged);
            other.Train(host);
            Assert.That(batch.AllGradients(), Is.EqualTo(other.AllGradients()));
            Assert.That(batch.Logits, Is.EqualTo(other.Logits));
        }
        Assert.That(ModelBytes.Of(staged), Is.EqualTo(ModelBytes.Of(host)));
        Assert.That(_copies.Faults, Is.Empty);
    }

    [Test]
    public void Inputs_go_there_gradients_come_back_and_are_waited_for()
    {
        using var model = Staged(Forward);
        using var batch = new Batch(Schema, 5, 1);
        _copies.Log.Clear();
        batch.Train(model);
        // Biases, vectors, their sequences, and dense features go; all but the last come back.
        Assert.That(_copies.Log, Is.EqualTo(new[]
        {
            "to device", "to device", "to device", "to device", "to device", "to host", "to host", "complete", "complete",
        }));
    }

    [Test]
    public void A_batch_that_fails_half_way_leaves_no_copy_behind([Values] bool inLoss)
    {
        var isBad = false;
        var loss = TorchLoss.Of((result, targets) => isBad && inLoss ? throw new TimeoutException()
            : new LogisticLoss().Compute(result, targets));
        using var model = Staged((m, i) => isBad && !inLoss ? throw new TimeoutException() : Forward(m, i), new() { Loss = loss });
        using var host = new TorchModel(Schema, new ModuleOf(8, Forward));
        for (var round = 0; round < 3; round++)
        {
            using var failing = new Batch(Schema, 5 + round, 90 + round);
            isBad = true;
            Assert.That(() => failing.Train(model), Throws.InstanceOf<TimeoutException>());
            Assert.That(_copies.Log[^1], Is.EqualTo("complete"));
            isBad = false;
            using var batch = new Batch(Schema, 5 + round, round);
            using var other = new Batch(Schema, 5 + round, round);
            batch.Train(model);
            other.Train(host);
            Assert.That(batch.AllGradients(), Is.EqualTo(other.AllGradients()));
        }
        Assert.That(_copies.Faults, Is.Empty);
    }

    [Test]
    public void A_block_that_was_not_waited_for_waits_before_its_memory_is_used_again()
    {
        var memory = new StagedMemory(_copies);
        using var block = memory.Block(new BlockShape(0, 2));
        using var batch = new Batch(Schema, 3, 1);
        var dense = batch.Inputs.DenseStorage;
        block.Bind(dense, null, 3);
        batch.Inputs.Dense.Fill(7);
        block.Bind(dense, null, 3);
        Assert.That(_copies.Log, Is.EqualTo(new[] { "to device", "complete", "to device" }));
        memory.Complete();
        Assert.That(_copies.Faults, Is.Empty);
    }

    [Test]
    public void A_device_that_is_not_there_is_refused()
    {
        if (cuda.is_available()) Assert.Ignore("There is a CUDA device.");
        using var module = new ModuleOf(8, Forward);
        Assert.That(() => new TorchModel(Schema, module, new() { Device = new Device(DeviceType.CUDA, 0) }),
            Throws.InvalidOperationException.With.Message.Contains("TorchSharp-cuda-linux").And.Message.Contains("0 CUDA devices"));
        Assert.That(() => new TorchModel(Schema, module, new() { Device = META }),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("meta"));
    }

    private TorchModel Staged(Func<ModuleOf, TorchInputs, TorchResult> forward, TorchModelOptions? options = null) =>
        new(Schema, new ModuleOf(8, forward), options, new StagedMemory(_copies));

    private static TorchResult Forward(ModuleOf module, TorchInputs input)
    {
        var seen = input.Sequence("seen");
        var steps = (seen.Values * seen.Mask().unsqueeze(2)).sum([1, 2]).unsqueeze(1);
        return new TorchResult(module.Layer.call(input.Segment()) + input.Dense.sum(1, keepdim: true) + steps);
    }
}
