using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Learning;
using Monolith.Embeddings.TorchSharp.State;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;
using OptimizerOptions = Monolith.Embeddings.Optimizers.OptimizerOptions;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>The core's optimizers over the memory of parameters do what TorchSharp's do, and take over from one another.</summary>
public class DenseOptimizerTests
{
    private static readonly FeatureSchema Schema = Batch.Schema("seen");

    private static readonly (string Name, OptimizerOptions Own, Func<IEnumerable<Parameter>, OptimizerHelper> Theirs)[] Pairs =
    [
        ("Adagrad", new AdagradOptions(), p => optim.Adagrad(p, 0.01, initial_accumulator_value: 0.1)),
        ("Adagrad from zero", new AdagradOptions { InitialAccumulator = 0, Epsilon = 1e-20f, WeightDecay = 0.1f },
            p => optim.Adagrad(p, 0.01, weight_decay: 0.1)),
        ("Adam", new AdamOptions(), p => optim.Adam(p)),
        ("Adam with decay", new AdamOptions { WeightDecay = 0.1f }, p => optim.Adam(p, weight_decay: 0.1)),
        ("AMSGrad", new AdamOptions { AmsGrad = true }, p => optim.Adam(p, amsgrad: true)),
        ("AdamW", new AdamOptions { Decoupled = true, WeightDecay = 0.1f }, p => optim.AdamW(p, weight_decay: 0.1)),
        ("SGD", new SgdOptions { WeightDecay = 0.1f }, p => optim.SGD(p, 0.01, weight_decay: 0.1)),
    ];

    private static IEnumerable<string> Names => Pairs.Select(pair => pair.Name);

    [Test]
    public void Weights_are_those_of_TorchSharps_formula([ValueSource(nameof(Names))] string name)
    {
        var (_, own, theirs) = Pairs.Single(pair => pair.Name == name);
        using var ours = New(new() { DenseOptimizer = own });
        using var other = New(new() { Optimizer = theirs });
        var first = Weights(ours);
        Learn(ours, 1, 50);
        Learn(other, 1, 50);
        Assert.That(Weights(ours), Is.EqualTo(Weights(other)).Within(1e-6));
        Assert.That(Weights(ours), Is.Not.EqualTo(first).Within(1e-3), "it learned");
    }

    [Test]
    public void A_commit_goes_from_one_to_the_other_and_back([ValueSource(nameof(Names))] string name)
    {
        var (_, own, theirs) = Pairs.Single(pair => pair.Name == name);
        using var ours = New(new() { DenseOptimizer = own });
        using var other = New(new() { Optimizer = theirs });
        Learn(ours, 1, 5);
        ModelBytes.Load(other, ModelBytes.Of(ours));
        Assert.That(ModelBytes.Of(other), Is.EqualTo(ModelBytes.Of(ours)));
        Learn(ours, 6, 5);
        Learn(other, 6, 5);
        Assert.That(Weights(ours), Is.EqualTo(Weights(other)).Within(1e-6));
        ModelBytes.Load(ours, ModelBytes.Of(other));
        Assert.That(ModelBytes.Of(ours), Is.EqualTo(ModelBytes.Of(other)));
    }

    [Test]
    public void Where_the_host_does_not_see_the_weights_TorchSharps_optimizer_takes_over([ValueSource(nameof(Names))] string name)
    {
        var (_, own, theirs) = Pairs.Single(pair => pair.Name == name);
        own.Schedule = new ExponentialDecay { DecayRate = 0.5, Steps = 10 };
        using var ours = Turned(own, null, null);
        using var other = Turned(new AdagradOptions(), theirs, step => own.Schedule.Rate(step, own.LearningRate));
        Learn(ours, 1, 5);
        Learn(other, 1, 5);
        own.Schedule = null;
        Assert.That(Weights(ours), Is.EqualTo(Weights(other)).Within(1e-6));
    }

    [Test]
    public void A_rule_that_TorchSharp_lacks_is_refused_there()
    {
        foreach (var options in new OptimizerOptions[]
        {
            new FtrlOptions(), new AdamOptions { Nesterov = true }, new SgdOptions { Clipping = new() { Norm = 1 } },
            new AdagradOptions { WeightDecay = 1, Decoupled = true },
        })
        {
            Assert.That(() => Turned(options, null, null),
                Throws.ArgumentException.With.Message.Contains(options.GetType().Name).And.Message.Contains("Optimizer"));
        }
    }

    [Test]
    public void A_gradient_that_is_not_in_order_and_one_that_is_missing()
    {
        using var module = new ModuleOf(8, (m, i) => new TorchResult(m.Layer.call(i.Segment())));
        var weights = new ModuleWeights("one", module, CPU);
        using var optimizer = new HostOptimizer(weights, new SgdOptions { LearningRate = 1 });
        var (weight, bias) = (weights.Trained[0], weights.Trained[1]);
        using var gradient = arange(16, ScalarType.Float32).view(8, 2)[TensorIndex.Colon, TensorIndex.Slice(0, 1)].t();
        Assert.That(gradient.is_contiguous(), Is.False);
        var (before, biasBefore) = (Read(weight), Read(bias));
        weight.Gradient = gradient;
        optimizer.Step(0, 1);
        Assert.That(Read(weight), Is.EqualTo(before.Select((w, i) => w - 2 * i)).Within(1e-6));
        Assert.That(Read(bias), Is.EqualTo(biasBefore));
        weight.Gradient = null;
    }

    [Test]
    public void A_rule_of_ones_own_is_saved_whole()
    {
        using var model = New(new() { DenseOptimizer = new FtrlOptions() });
        var sections = new ModelSections();
        model.Save(sections);
        Assert.That(sections.Names, Does.Contain("training/optimizer/_hidden.weight/state"));
    }

    [Test]
    public void Gradients_are_scaled_in_double_precision()
    {
        float[] values = [1, -2, 1e30f, 0];
        FiniteFloats.Scale(values, 1e-40);
        Assert.That(values, Is.EqualTo(new[] { 1e-40f, -2e-40f, 1e-10f, 0 }));
    }

    private static TorchModel New(TorchModelOptions options) => new(Schema, new ClickModule(Schema), options);

    // A layer whose weights are stored by columns.
    private static TorchModel Turned(
        OptimizerOptions own, Func<IEnumerable<Parameter>, OptimizerHelper>? theirs, Func<long, double>? rate)
    {
        var module = new ModuleOf(8, (m, i) => new TorchResult(m.Layer.call(i.Segment())));
        using var columns = ones(8, 2).mul(0.1f)[TensorIndex.Colon, TensorIndex.Slice(0, 1)];
        module.Layer.weight = new Parameter(columns.t());
        Assert.That(module.Layer.weight.is_contiguous(), Is.False);
        return new TorchModel(Schema, module, new() { DenseOptimizer = own, Optimizer = theirs, LearningRate = rate });
    }

    private static void Learn(TorchModel model, int seed, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            using var batch = new Batch(Schema, 16, seed + i);
            batch.Train(model);
        }
    }

    private static float[] Weights(TorchModel model) => [.. model.Parameters.SelectMany(Read)];

    private static float[] Read(DenseParameter parameter)
    {
        var weights = new float[parameter.Length];
        parameter.Read(weights);
        return weights;
    }
}
