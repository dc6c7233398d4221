using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>Whatever a module, a loss or an optimizer does wrong is said in a sentence, and changes nothing.</summary>
public class BadModuleTests
{
    private static readonly FeatureSchema Schema = Batch.Schema();

    private static IEnumerable<TestCaseData> WrongResults()
    {
        yield return Case("rows", (_, input) => Result(zeros(input.Rows + 1, 1)), "[3, 1]", "[2, 1]");
        yield return Case("tasks", (_, input) => Result(zeros(input.Rows, 3)), "[2, 3]", "[2, 1]");
        yield return Case("rank", (_, input) => Result(zeros(input.Rows, 1, 1)), "[2, 1, 1]", "[2, 1]");
        yield return Case("type", (_, input) => Result(zeros(input.Rows, 1, ScalarType.Float64)), "Float64", "Float32");
        yield return Case("output", (_, i) => new TorchResult(zeros(i.Rows, 1), ("user", zeros(3, 4))), "'user'", "[3, 4]");
        yield return Case("names", (_, i) => new TorchResult(zeros(i.Rows, 1), ("a", zeros(i.Rows)), ("a", zeros(i.Rows))), "'a', 'a'");
        yield return Case("slot", (_, input) => Result(input.Slot("color")), "'color'", "'user', 'item'");
        yield return Case("segment", (_, input) => Result(input.Segment("color")), "'color'", "'bias', 'vector'");
        yield return Case("sequence", (_, input) => Result(input.Sequence("seen").Values), "'seen/vector'", "none");
    }

    [TestCaseSource(nameof(WrongResults))]
    public void A_module_that_gives_what_cannot_be_used_is_refused_when_the_model_is_made(
        Func<ModuleOf, TorchInputs, TorchResult> forward, string[] words)
    {
        using var module = new ModuleOf(8, forward);
        var refusal = Assert.Catch(() => _ = new TorchModel(Schema, module));
        foreach (var word in words) Assert.That(refusal!.Message, Does.Contain(word));
        Assert.That(() => module.Layer.weight!.sum().item<float>(), Throws.Nothing, "the module is still the caller's");
    }

    [Test]
    public void What_forward_throws_comes_through_and_nothing_changes()
    {
        var isBad = false;
        using var model = Model((module, input) => isBad ? throw new TimeoutException("no luck") : Right(module, input));
        CheckRefused<TimeoutException>(model, () => isBad = true, () => isBad = false, "no luck");
    }

    [Test]
    public void A_result_that_changes_its_shape_is_refused_and_nothing_changes()
    {
        var isBad = false;
        using var model = Model((module, input) => isBad ? Result(zeros(1, 1)) : Right(module, input));
        CheckRefused<InvalidOperationException>(model, () => isBad = true, () => isBad = false, "[1, 1]", "[6, 1]");
    }

    [Test]
    public void A_result_without_a_graph_is_refused_and_nothing_changes()
    {
        var isBad = false;
        using var model = Model((module, input) => isBad ? Result(Right(module, input).Logits.detach()) : Right(module, input));
        CheckRefused<InvalidOperationException>(model, () => isBad = true, () => isBad = false, "depends on no parameter");
    }

    [Test]
    public void A_loss_that_is_no_number_is_refused_and_nothing_changes()
    {
        var isBad = false;
        var loss = TorchLoss.Of((result, targets) => isBad ? result.Logits : new LogisticLoss().Compute(result, targets));
        using var model = Model(Right, new() { Loss = loss });
        CheckRefused<InvalidOperationException>(model, () => isBad = true, () => isBad = false, "[6, 1]", "one number");
    }

    [Test]
    public void A_schedule_that_gives_no_rate_is_refused_and_nothing_changes()
    {
        var isBad = false;
        using var model = Model(Right, new() { Optimizer = p => optim.Adagrad(p), LearningRate = _ => isBad ? double.NaN : 0.1 });
        CheckRefused<InvalidOperationException>(model, () => isBad = true, () => isBad = false, "NaN", "LearningRate");
        var schedule = new RateOf(() => isBad ? double.NaN : 0.1);
        using var own = Model(Right, new() { DenseOptimizer = new SgdOptions { Schedule = schedule } });
        CheckRefused<InvalidOperationException>(own, () => isBad = true, () => isBad = false, "NaN", nameof(RateOf));
    }

    [Test]
    public void A_parameter_without_gradient_is_named_unless_that_is_allowed()
    {
        static TorchResult Unused(ModuleOf module, TorchInputs input) => Result(input.Segment(RowBuilder.BiasName).sum(1));
        using var batch = new Batch(Schema, 6, 1);
        using (var model = Model(Unused))
        {
            Assert.That(() => batch.Train(model), Throws.InvalidOperationException.With.Message.Contains("'layer.weight', 'layer.bias'")
                .And.Message.Contains(nameof(TorchModelOptions.AllowsUnusedParameters)));
            Assert.That(model.Step, Is.Zero);
        }
        using var allowed = Model(Unused, new() { AllowsUnusedParameters = true });
        batch.Train(allowed);
        Assert.That(allowed.Step, Is.EqualTo(1));
    }

    [Test]
    public void A_frozen_parameter_does_not_learn()
    {
        using var module = new ModuleOf(8, Right);
        module.Layer.weight!.requires_grad = false;
        using var model = new TorchModel(Schema, module);
        using var batch = new Batch(Schema, 6, 1);
        var before = model.Parameters.Select(Weights).ToArray();
        batch.Train(model);
        Assert.That(Weights(model.Parameters[0]), Is.EqualTo(before[0]));
        Assert.That(Weights(model.Parameters[1]), Is.Not.EqualTo(before[1]));
    }

    [Test]
    public void An_optimizer_that_leaves_a_parameter_out_is_refused()
    {
        using var module = new ModuleOf(8, Right);
        Assert.That(() => new TorchModel(Schema, module, new() { Optimizer = p => optim.Adagrad(p.Take(1)) }),
            Throws.ArgumentException.With.Message.Contains("'layer.bias'"));
        Assert.That(() => new TorchModel(Schema, module, new() { Optimizer = p => optim.Adagrad(p.Append(nn.Parameter(zeros(1)))) }),
            Throws.ArgumentException.With.Message.Contains("does not learn"));
        Assert.That(() => new TorchModel(Schema, module, new() { Optimizer = _ => null! }), Throws.ArgumentException);
    }

    [Test]
    public void Weights_of_another_type_or_device_are_refused()
    {
        using var wide = new ModuleOf(8, Right).to(ScalarType.Float64);
        Assert.That(() => new TorchModel(Schema, wide), Throws.ArgumentException.With.Message.Contains("'layer.weight'"));
        using var elsewhere = new ModuleOf(8, Right);
        elsewhere.register_buffer("there", zeros([1], device: META));
        Assert.That(() => new TorchModel(Schema, elsewhere),
            Throws.ArgumentException.With.Message.Contains("'there'").And.Message.Contains("meta"));
    }

    [Test]
    public void All_wrong_options_are_told_at_once()
    {
        using var module = new ModuleOf(8, Right);
        var options = new TorchModelOptions
        {
            Name = " ",
            Tasks = ["buy"],
            TaskWeights = { ["click"] = float.NaN },
            ReportedTask = "like",
            Loss = null!,
            DenseOptimizer = null!,
        };
        var failures = Assert.Throws<OptionsValidationException>(() => _ = new TorchModel(Schema, module, options))!.Failures;
        Assert.That(failures.Count(), Is.EqualTo(7));
        foreach (var word in new[] { "Name", "'buy'", "NaN", "'like'", "Loss", "DenseOptimizer" })
            Assert.That(failures, Has.Some.Contains(word));
    }

    [Test]
    public void A_rate_without_its_optimizer_and_a_rule_that_reads_no_gradient_are_refused()
    {
        using var module = new ModuleOf(8, Right);
        var options = new TorchModelOptions { LearningRate = _ => 0.1, DenseOptimizer = new MovingAverageOptions() };
        var failures = Assert.Throws<OptionsValidationException>(() => _ = new TorchModel(Schema, module, options))!.Failures;
        Assert.That(failures, Has.Some.Contains("schedule of DenseOptimizer").And.Some.Contains("reads no gradient"));
    }

    [Test]
    public void A_disposed_model_refuses()
    {
        using var batch = new Batch(Schema, 6, 1);
        var model = Model(Right);
        model.Dispose();
        model.Dispose();
        Assert.That(() => batch.Train(model), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => batch.Predict(model), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static void CheckRefused<TException>(TorchModel model, Action breakIt, Action mendIt, params string[] words)
        where TException : Exception
    {
        using var batch = new Batch(Schema, 6, 1);
        using var twin = Model(Right);
        batch.Train(model);
        var before = ModelBytes.Of(model);
        breakIt();
        var refusal = Assert.Throws<TException>(() => batch.Train(model))!;
        foreach (var word in words) Assert.That(refusal.Message, Does.Contain(word));
        Assert.That(batch.AllGradients(), Is.All.Zero);
        mendIt();
        Assert.That(ModelBytes.Of(model), Is.EqualTo(before));
        batch.Train(model);
        Assert.That(model.Step, Is.EqualTo(2), "it goes on");
    }

    private static TestCaseData Case(string name, Func<ModuleOf, TorchInputs, TorchResult> forward, params string[] words) =>
        new TestCaseData(forward, words).SetArgDisplayNames(name);

    private static TorchModel Model(Func<ModuleOf, TorchInputs, TorchResult> forward, TorchModelOptions? options = null) =>
        new(Schema, new ModuleOf(8, forward), options);

    private static TorchResult Right(ModuleOf module, TorchInputs input) => Result(module.Layer.call(input.Segment()));

    private static TorchResult Result(Tensor logits) => new(logits);

    private static float[] Weights(DenseParameter parameter)
    {
        var weights = new float[parameter.Length];
        parameter.Read(weights);
        return weights;
    }

    private sealed class RateOf(Func<double> rate) : LearningRateSchedule
    {
        public override double Rate(long globalStep, double learningRate) => rate();
    }
}
