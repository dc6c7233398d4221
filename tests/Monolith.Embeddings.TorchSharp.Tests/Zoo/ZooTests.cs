using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>
/// Each module of the zoo against its equations in double precision, and against the contract of models, which compares its gradients with
/// differences of the loss.
/// </summary>
public class ZooTests
{
    private const int Rows = 9, Dimension = 4;

    private static readonly (string Name, Func<FeatureSchema, nn.Module<TorchInputs, Tensor>> Create,
        Func<DoubleTwin, int, int, double[]> Twin)[] Modules =
    [
        ("DeepFM", schema => new DeepFmModule(schema, [7, 5], seed: 3), DeepFm),
        ("DeepFM without layers", schema => new DeepFmModule(schema, [], seed: 3), DeepFm),
        ("DLRM", schema => new DlrmModule(schema, [6], [7, 5], seed: 8), Dlrm),
        ("DCN-v2", schema => new DcnV2Module(schema, 3, [7, 5], seed: 3), (twin, row, tasks) => Dcn(twin, row, isStacked: false)),
        ("DCN-v2 stacked", schema => new DcnV2Module(schema, 2, [7, 5], isStacked: true, seed: 3),
            (twin, row, tasks) => Dcn(twin, row, isStacked: true)),
        ("DCN-v2 of low rank", schema => new DcnV2Module(schema, 2, [7], rank: 3, seed: 3),
            (twin, row, tasks) => Dcn(twin, row, isStacked: false)),
        ("DCN-v2 without perceptron", schema => new DcnV2Module(schema, 2, [], seed: 3),
            (twin, row, tasks) => Dcn(twin, row, isStacked: false)),
    ];

    private static IEnumerable<TestCaseData> Contracts => Modules.SelectMany(module =>
        new OnlineModelContract(schema => new TorchModel(schema, module.Create(schema))) { AllowedAllocation = 40_000 }.Checks
            .Select(check => new TestCaseData(check).SetArgDisplayNames(module.Name, check.Name)));

    private static IEnumerable<string> Names => Modules.Select(module => module.Name);

    [TestCaseSource(nameof(Contracts))]
    public void A_module_keeps_the_contract(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);

    [Test]
    public void A_module_gives_what_its_equations_give(
        [ValueSource(nameof(Names))] string name, [Values(1, 3)] int tasks, [Values(0, 2)] int dense)
    {
        var module = Modules.Single(module => module.Name == name);
        var schema = Schema(tasks, dense);
        using var model = new TorchModel(schema, module.Create(schema), new() { Optimizer = p => optim.Adagrad(p, lr: 0.1) });
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
        var schema = Schema(1, 2);
        Assert.That(Saved(0), Is.EqualTo(Saved(0)));
        Assert.That(Saved(0), Is.Not.EqualTo(Saved(1)));

        byte[] Saved(long seed)
        {
            using var model = new TorchModel(schema, name switch
            {
                var n when n.StartsWith("DeepFM", StringComparison.Ordinal) => new DeepFmModule(schema, seed: seed),
                "DLRM" => new DlrmModule(schema, seed: seed),
                _ => new DcnV2Module(schema, seed: seed),
            });
            return ModelBytes.Of(model);
        }
    }

    [Test]
    public void Keys_are_names_of_parts()
    {
        var schema = Schema(2, 2);
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
    }

    private static double[] DeepFm(DoubleTwin twin, int row, int tasks)
    {
        var (fields, logits) = (twin.Fields(row, Dimension), (double[])twin.Weights("bias").Clone());
        var deep = twin.Perceptron("perceptron", [.. twin.Segment(row), .. twin.Dense(row)]);
        var linear = twin.Has("linear.weight") ? twin.Linear("linear", twin.Dense(row)) : new double[tasks];
        for (var task = 0; task < tasks; task++)
        {
            logits[task] += twin.Segment(row, "bias").Sum() + linear[task] + deep[task];
            for (var i = 0; i < fields.Length; i++)
            {
                for (var j = i + 1; j < fields.Length; j++)
                {
                    for (var f = 0; f < Dimension; f++)
                    {
                        var weight = tasks > 1 ? twin.Weights("interaction")[task * Dimension + f] : 1;
                        logits[task] += weight * fields[i][f] * fields[j][f];
                    }
                }
            }
        }
        return logits;
    }

    private static double[] Dlrm(DoubleTwin twin, int row, int tasks)
    {
        var vectors = new List<double[]>(twin.Fields(row, Dimension));
        double[] z = twin.Has("bottom.layers.0.weight") ? DoubleTwin.Relu(twin.Perceptron("bottom", twin.Dense(row))) : [];
        if (z.Length > 0) vectors.Insert(0, z);
        var products = from i in Enumerable.Range(0, vectors.Count)
                       from j in Enumerable.Range(0, vectors.Count)
                       where i < j
                       select DoubleTwin.Dot(vectors[i], vectors[j]);
        return twin.Perceptron("top", [.. z, .. products]);
    }

    private static double[] Dcn(DoubleTwin twin, int row, bool isStacked)
    {
        double[] first = [.. twin.Segment(row), .. twin.Dense(row)];
        var crossed = first;
        for (var layer = 0; twin.Has($"cross.{layer}.weight"); layer++)
        {
            var narrow = twin.Has($"narrow.{layer}.weight") ? twin.Linear($"narrow.{layer}", crossed) : crossed;
            var mapped = twin.Linear($"cross.{layer}", narrow);
            crossed = [.. first.Select((value, i) => value * mapped[i] + crossed[i])];
        }
        if (!twin.Has("perceptron.layers.0.weight")) return twin.Perceptron("last", crossed);
        var deep = DoubleTwin.Relu(twin.Perceptron("perceptron", isStacked ? crossed : first));
        return twin.Perceptron("last", isStacked ? deep : [.. crossed, .. deep]);
    }

    private static FeatureSchema Schema(int tasks, int dense)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("ids", row => row.Bias(new AdagradOptions()).Vector(Dimension, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("user", "ids");
        f.Slot("item", "ids", Pooling.Mean);
        f.Slot("recent", "ids", Pooling.FirstN, maxIds: 2);
        for (var i = 0; i < tasks; i++) f.Task($"task{i}");
        f.Dense(dense);
        return f.Build();
    }
}
