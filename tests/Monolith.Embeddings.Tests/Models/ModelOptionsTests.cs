using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

public sealed class ModelOptionsTests
{
    [Test]
    public void Everything_wrong_is_said_at_once()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Vector(4, new SgdOptions()));
        builder.Table("items", r => r.Vector(8, new SgdOptions()));
        builder.Slot("user", "users");
        builder.Slot("item", "items");
        builder.Task("click");
        builder.Task("buy");
        var options = new DeepFmOptions
        {
            Hidden = [16, 0, 20000],
            InitialBias = float.NaN,
            MaxDegreeOfParallelism = 0,
            Tasks = ["buy", "clicks", "buy"],
            TaskWeights = new Dictionary<string, float> { ["click"] = 0, ["buy"] = float.NaN },
            InitialBiases = new Dictionary<string, float> { ["clicks"] = float.NegativeInfinity },
            ReportedTask = "click",
            Optimizer = new AdagradOptions { LearningRate = -1, WeightDecay = -1 },
        };
        var failure = Assert.Throws<OptionsValidationException>(() => _ = new DeepFm(builder.Build(), options))!;
        Assert.That(failure.Failures, Is.EquivalentTo(new[]
        {
            "Optimizer.LearningRate: -1 is not a finite number greater than 0.",
            "Optimizer.WeightDecay: -1 is not a finite number of at least 0.",
            "InitialBias: NaN is not finite.",
            "MaxDegreeOfParallelism: 0 is neither -1 (all processors) nor between 1 and 1024.",
            "Hidden[1]: 0 is not between 1 and 16384.",
            "Hidden[2]: 20000 is not between 1 and 16384.",
            "Tasks: 'clicks' is not a task of the schema, which has 'click', 'buy'.",
            "Tasks: 'buy' stands there 2 times; each task is learned once.",
            "TaskWeights: 'click' is not a task that the model learns; it learns 'buy'.",
            "TaskWeights['click']: 0 is not greater than 0 and at most 1000000. To leave a task out, name the others in Tasks.",
            "TaskWeights['buy']: NaN is not greater than 0 and at most 1000000. To leave a task out, name the others in Tasks.",
            "InitialBiases: 'clicks' is not a task that the model learns; it learns 'buy'.",
            "InitialBiases['clicks']: -Infinity is not finite.",
            "ReportedTask: 'click' is not a task that the model learns; it learns 'buy'.",
            "Schema: no slot's table has a segment called 'bias', which the model needs; segments: 'vector'.",
            "Schema: the 'vector' segments must have one dimension in all slots, so that they can interact; they have 'user' 4, 'item' 8.",
        }));
    }

    [Test]
    public void An_unknown_task_and_a_missing_one_are_said()
    {
        Assert.That(() => new LogisticRegression(new ModelFixture(tasks: 2).Schema, new() { Tasks = ["like"] }),
            Throws.InstanceOf<OptionsValidationException>()
            .With.Message.Contains("'like' is not a task of the schema, which has 'task0', 'task1'"));
        Assert.That(() => new LogisticRegression(new ModelFixture(tasks: 0).Schema),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("has no task to learn"));
        Assert.That(() => new LogisticRegression(new ModelFixture(tasks: 1).Schema, new() { Tasks = ["like"] }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("'like'"));
        Assert.That(() => new DeepFm(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Logistic_regression_needs_no_vectors()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", r => r.Bias(new SgdOptions()).Segment("x", 3, new SgdOptions(), new ConstantInitializerOptions()));
        builder.Slot("user", "users");
        builder.Task("click");
        var schema = builder.Build();
        using var model = new LogisticRegression(schema);
        Assert.That((model.Name, model.Tasks[0].Name, model.WeightCount), Is.EqualTo(("logistic-regression", "click", 1L)));
        Assert.That(
            () => new FactorizationMachine(schema), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("'vector'"));
    }

    [Test]
    public void Layers_beyond_the_limit_are_refused_before_anything_is_allocated()
    {
        var schema = new ModelFixture().Schema;
        Assert.That(() => new DeepFm(schema, new() { Hidden = [16384, 16384] }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("at most 67108864"));
        Assert.That(() => new DeepFm(schema, new() { Hidden = Enumerable.Repeat(1, 65).ToArray() }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("at most 64"));
        Assert.That(() => new DeepFm(schema, new() { Hidden = null! }), Throws.InstanceOf<OptionsValidationException>()
            .With.Message.Contains("null"));
    }

    [Test]
    public void The_defaults_are_valid_and_what_the_documentation_says()
    {
        using var model = new DeepFm(new ModelFixture().Schema);
        Assert.That(model.Graph.LayerWidths, Is.EqualTo(new[] { 256, 128, 1 }));
        Assert.That(model.Graph.Parameters.Select(p => p.OptimizerName), Is.All.EqualTo("adagrad"));
        Assert.That(model.Graph.Linear.Parameter.Weights, Is.All.EqualTo(0f));
    }

    [Test]
    public void Wrong_shapes_are_refused_with_the_numbers()
    {
        var (fixture, other) = (new ModelFixture(), new ModelFixture(denseWidth: 4));
        using var model = ModelFixture.Create("deep", fixture.Schema);
        fixture.Fill(rows: 5, seed: 1);
        other.Fill(rows: 4, seed: 1);
        var logits = new float[5];
        Refused(() => other.Predict(model, new float[4]),
            "another schema than the model 'deep-fm': dense features is 4 in the context's, and 3 in");
        Refused(() => other.Train(model), "another schema than the model 'deep-fm'");
        Refused(() => model.Predict(default), "empty");
        Refused(() => model.Train(default), "empty");
        Refused(() => fixture.Predict(model, new float[6]), "room for 6");
        Refused(() => model.Predict(new PredictContext(fixture.Inputs, other.Examples, logits)), "another schema");
        Refused(() => model.Predict(new PredictContext(fixture.Gradients, fixture.Examples, logits)), "inputs have 0 rows, the batch 5");
        Refused(() => Train(other.Examples, fixture.Gradients), "another schema");
        Refused(() => Train(fixture.Examples, other.Gradients), "another schema");
        Refused(() => Train(fixture.Examples, fixture.Inputs), "over the inputs");
        Refused(() => Train(new ExampleBatch(fixture.Schema), fixture.Gradients), "5 rows, the batch 0");
        Refused(() => Train(fixture.Examples, fixture.Gradients), "The gradients have 0 rows, the inputs 5");
        Assert.That(model.Step, Is.EqualTo(0));

        void Train(ExampleBatch examples, FeatureBlocks gradients) =>
            model.Train(new TrainContext(fixture.Inputs, examples, gradients, logits));

        static void Refused(Action call, string reason) =>
            Assert.That(() => call(), Throws.ArgumentException.With.Message.Contains(reason));
    }
}
