using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using NUnit.Framework.Constraints;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>
/// Each module of the zoo against its equations in double precision, and against the contract of models, which compares its gradients with
/// differences of the loss.
/// </summary>
public class ZooTests
{
    private const int Rows = 9;

    private static readonly ZooModule[] Modules =
    [
        .. CrossingTwins.Modules,
        .. FinalMlpTwins.Modules,
        .. AttentionTwins.Modules,
        .. ExpertTwins.Modules,
    ];

    private static IEnumerable<TestCaseData> Contracts => Modules.SelectMany(module =>
        ContractOf(module).Checks.Select(check => new TestCaseData(check).SetArgDisplayNames(module.Name, check.Name)));

    private static IEnumerable<string> Names => Modules.Select(module => module.Name);

    [TestCaseSource(nameof(Contracts))]
    public void A_module_keeps_the_contract(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);

    [Test]
    public void A_module_gives_what_its_equations_give(
        [ValueSource(nameof(Names))] string name, [Values(1, 3)] int tasks, [Values(0, 2)] int dense)
    {
        var module = Modules.Single(module => module.Name == name);
        var schema = Schema(tasks, dense, module.HasSequence);
        using var model = new TorchModel(schema, module.Create(schema, 3), new() { Optimizer = p => optim.Adagrad(p, lr: 0.1) });
        for (var step = 0; step < 3; step++)
        {
            using var taught = new Batch(schema, Rows, 10 + step);
            taught.Train(model);
        }
        using var batch = new Batch(schema, Rows, 1);
        var (logits, twin) = (batch.Predict(model), new DoubleTwin(model, batch));
        for (var row = 0; row < Rows; row++)
        {
            var expected = module.Twin(twin, row, tasks);
            for (var task = 0; task < tasks; task++)
                Assert.That(logits[row * tasks + task], Is.EqualTo(expected[task]).Within(2e-5), $"row {row}, task {task}");
        }
    }

    [Test]
    public void A_seed_gives_the_same_weights_and_another_gives_others([ValueSource(nameof(Names))] string name)
    {
        var module = Modules.Single(module => module.Name == name);
        var schema = Schema(2, 2, module.HasSequence);
        Assert.That(Saved(0), Is.EqualTo(Saved(0)));
        Assert.That(Saved(0), Is.Not.EqualTo(Saved(1)));

        byte[] Saved(long seed)
        {
            using var model = new TorchModel(schema, module.Create(schema, seed));
            return ModelBytes.Of(model);
        }
    }

    [Test]
    public void Keys_are_names_of_parts()
    {
        var schema = Schema(2, 2, hasSequence: true);
        Assert.That(Keys(new DeepFmModule(schema, [4])), Is.EquivalentTo(new[]
        {
            "bias", "interaction", "linear.weight", "perceptron.layers.0.weight", "perceptron.layers.0.bias", "perceptron.layers.1.weight",
            "perceptron.layers.1.bias",
        }));
        Assert.That(Keys(new DlrmModule(schema, [], [])), Is.EquivalentTo(new[]
        {
            "bottom.layers.0.weight", "bottom.layers.0.bias", "top.layers.0.weight", "top.layers.0.bias",
        }));
        Assert.That(Keys(new DcnV2Module(schema, 1, [], rank: 2)), Is.EquivalentTo(new[]
        {
            "narrow.0.weight", "cross.0.weight", "cross.0.bias", "last.layers.0.weight", "last.layers.0.bias",
        }));
        Assert.That(Keys(new FinalMlpModule(schema, ["user"], null, [4], [4], [])), Is.EquivalentTo(new[]
        {
            "second_context", "gates.0.layers.0.weight", "gates.0.layers.0.bias", "gates.1.layers.0.weight", "gates.1.layers.0.bias",
            "streams.0.layers.0.weight", "streams.0.layers.0.bias", "streams.1.layers.0.weight", "streams.1.layers.0.bias",
            "linear.layers.0.weight", "linear.layers.0.bias", "bilinear",
        }));
        Assert.That(Keys(new DinModule(schema, [("history", "item")], [], [])), Is.EquivalentTo(new[]
        {
            "attention.0.layers.0.weight", "attention.0.layers.0.bias", "perceptron.layers.0.weight", "perceptron.layers.0.bias",
        }));
        Assert.That(Keys(new MmoeModule(schema, 1, [4], [], tasks: 1)), Is.EquivalentTo(new[]
        {
            "experts.0.layers.0.weight", "experts.0.layers.0.bias", "gates.0.weight", "towers.0.layers.0.weight", "towers.0.layers.0.bias",
        }));
        Assert.That(Keys(new PleModule(schema, 1, 1, 1, [4], [], tasks: 1)), Is.EquivalentTo(new[]
        {
            "experts.0.0.0.layers.0.weight", "experts.0.0.0.layers.0.bias", "experts.0.1.0.layers.0.weight", "experts.0.1.0.layers.0.bias",
            "gates.0.0.weight", "towers.0.layers.0.weight", "towers.0.layers.0.bias",
        }));

        static string[] Keys(nn.Module module)
        {
            using var own = module;
            return [.. module.state_dict().Keys];
        }
    }

    [Test]
    public void A_schema_that_does_not_fit_is_refused_with_slots_and_dimensions()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", row => row.Vector(4, new AdagradOptions()));
        f.Table("items", row => row.Vector(8, new AdagradOptions()));
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        var mixed = f.Build();
        Assert.That(() => new DeepFmModule(mixed), Throws.ArgumentException.With.Message.Contains("'user' 4, 'item' 8"));
        Assert.That(() => new DlrmModule(mixed), Throws.ArgumentException.With.Message.Contains("'user' 4, 'item' 8"));
        var g = new FeatureSchemaBuilder();
        g.Table("users", row => row.Vector(4, new AdagradOptions()));
        g.Slot("user", "users");
        g.Task("click");
        var lone = g.Build();
        Assert.That(() => new DeepFmModule(lone), Throws.ArgumentException.With.Message.Contains("'bias'"));
        Assert.That(() => new DlrmModule(lone), Throws.ArgumentException.With.Message.Contains("1 vectors and 0 dense"));
        Assert.That(() => new DcnV2Module(mixed, layers: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DcnV2Module(mixed, rank: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DcnV2Module(mixed, hidden: [4, 0]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new FinalMlpModule(mixed, firstSlots: ["shop"]),
            Throws.ArgumentException.With.Message.Contains("'user' of 4, 'item' of 8"));
        Assert.That(() => new FinalMlpModule(mixed, heads: 3),
            Throws.ArgumentException.With.Message.Contains("128 elements cannot be cut into 3 equal"));
        Assert.That(() => new FinalMlpModule(mixed, secondHidden: []), Throws.ArgumentException.With.Message.Contains("one layer"));
    }

    [Test]
    public void Experts_that_cannot_be_are_refused()
    {
        var schema = Schema(2, 2);
        Assert.That(() => new MmoeModule(schema, experts: 0), OutOfRange("experts"));
        Assert.That(() => new MmoeModule(schema, tasks: 0), OutOfRange("tasks"));
        Assert.That(() => new MmoeModule(schema, expertHidden: []), Throws.ArgumentException.With.Message.Contains("one layer"));
        Assert.That(() => new PleModule(schema, levels: 0), OutOfRange("levels"));
        Assert.That(() => new PleModule(schema, ownExperts: 0), OutOfRange("ownExperts"));
        Assert.That(() => new PleModule(schema, sharedExperts: 0), OutOfRange("sharedExperts"));
        Assert.That(() => new PleModule(schema, tasks: 0), OutOfRange("tasks"));
        Assert.That(() => new PleModule(schema, expertHidden: []), Throws.ArgumentException.With.Message.Contains("one layer"));
        Assert.That(() => new FinalMlpModule(schema, heads: 0), OutOfRange("heads"));

        static Constraint OutOfRange(string name) =>
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name);
    }

    private static OnlineModelContract ContractOf(ZooModule module)
    {
        Func<FeatureSchema, OnlineModel> create = schema => new TorchModel(schema, module.Create(schema, 3));
        return module.HasSequence
            ? new(create) { AllowedAllocation = module.AllowedAllocation, CreateSchema = () => Schema(2, 3, hasSequence: true) }
            : new(create) { AllowedAllocation = module.AllowedAllocation };
    }

    private static FeatureSchema Schema(int tasks, int dense, bool hasSequence = false)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("ids", row => row.Bias(new AdagradOptions())
            .Vector(ZooModule.Dimension, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("user", "ids");
        f.Slot("item", "ids", Pooling.Mean);
        f.Slot("recent", "ids", Pooling.FirstN, maxIds: 2);
        if (hasSequence) f.Sequence("history", "ids", maxLength: 3, SequenceOrder.OldestFirst);
        for (var i = 0; i < tasks; i++) f.Task($"task{i}");
        f.Dense(dense);
        return f.Build();
    }
}
