using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TorchSharp.CrashingTrainer;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using Monolith.Embeddings.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using OptimizerOptions = Monolith.Embeddings.Optimizers.OptimizerOptions;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>Commits hold a module and its optimizer whole; replicas and live predictors load them.</summary>
public class CommitTests
{
    private const long Steps = 40;

    private static readonly FeatureSchema Schema = TorchScenario.CreateSchema();

    private static readonly (string Name, TorchModelOptions Options)[] Rules =
    [
        Own("Adagrad", new AdagradOptions()), Own("decoupled Adagrad", new AdagradOptions { WeightDecay = 0.1f, Decoupled = true }),
        Own("Adam", new AdamOptions()), Own("AMSGrad", new AdamOptions { AmsGrad = true }),
        Own("AdamW", new AdamOptions { WeightDecay = 0.1f, Decoupled = true }),
        Own("Nadam", new AdamOptions { Nesterov = true, MomentumDecay = 0.004f }), Own("RMSProp", new RmsPropOptions()),
        Own("Adadelta", new AdadeltaOptions()), Own("FTRL", new FtrlOptions()), Own("SGD", new SgdOptions()),
        Own("momentum", new MomentumOptions()), Own("clipped", new AdamOptions { Clipping = new() { Norm = 0.1f } }),
        Theirs("Adagrad", p => optim.Adagrad(p)), Theirs("Adam", p => optim.Adam(p)),
        Theirs("AMSGrad", p => optim.Adam(p, amsgrad: true)), Theirs("AdamW", p => optim.AdamW(p)),
        Theirs("Adamax", p => optim.Adamax(p)), Theirs("NAdam", p => optim.NAdam(p)), Theirs("RAdam", p => optim.RAdam(p)),
        Theirs("RMSProp", p => optim.RMSProp(p, momentum: 0.9, centered: true)), Theirs("Adadelta", p => optim.Adadelta(p)),
        Theirs("ASGD", p => optim.ASGD(p)), Theirs("Rprop", p => optim.Rprop(p)), Theirs("SGD", p => optim.SGD(p, 0.01)),
        Theirs("momentum", p => optim.SGD(p, 0.01, momentum: 0.9)),
    ];

    [Test]
    public async Task A_run_that_is_cut_anywhere_comes_to_the_same_bits([Values(1, 7, 20, 39)] int cut, [Values] DenseRule rule)
    {
        var whole = await TorchScenario.TrainAsync(new MemorySnapshotStore(), Steps, rule);
        var store = new MemorySnapshotStore();
        await TorchScenario.TrainAsync(store, cut, rule);
        Assert.That(await TorchScenario.TrainAsync(store, Steps, rule), Is.EqualTo(whole));
    }

    [Test]
    public void Every_rule_goes_on_to_the_bit([ValueSource(nameof(RuleNames))] string name)
    {
        var options = Rules.Single(rule => rule.Name == name).Options;
        using var saved = New(options);
        using var loaded = New(options);
        Learn(saved, 1, 4);
        Learn(loaded, 50, 2);
        ModelBytes.Load(loaded, ModelBytes.Of(saved));
        Assert.That(ModelBytes.Of(loaded), Is.EqualTo(ModelBytes.Of(saved)));
        Learn(saved, 10, 3);
        Learn(loaded, 10, 3);
        Assert.That(ModelBytes.Of(loaded), Is.EqualTo(ModelBytes.Of(saved)));
    }

    [Test]
    public void A_momentum_that_is_not_there_yet_is_loaded_and_taken_away()
    {
        var options = Theirs("momentum", p => optim.SGD(p, 0.01, momentum: 0.9)).Options;
        using var young = New(options);
        using var old = New(options);
        Learn(old, 1, 3);
        var (youngBytes, oldBytes) = (ModelBytes.Of(young), ModelBytes.Of(old));
        ModelBytes.Load(young, oldBytes);
        Assert.That(ModelBytes.Of(young), Is.EqualTo(oldBytes));
        ModelBytes.Load(young, youngBytes);
        Assert.That(ModelBytes.Of(young), Is.EqualTo(youngBytes));
    }

    [Test]
    public void Keys_are_those_of_PyTorch_and_buffers_are_saved()
    {
        using var model = TorchScenario.CreateModel(Schema);
        var sections = new ModelSections();
        model.Save(sections);
        Assert.That(sections.Names, Is.SupersetOf(new[]
        {
            "_hidden.weight", "_hidden.bias", "_norm.running_mean", "_norm.running_var", "_norm.num_batches_tracked",
            "training/step", "training/optimizer", "training/optimizer/_hidden.weight/exp_avg", "training/optimizer/_hidden.weight/step",
        }));
        Assert.That(sections.ShapeOf("_hidden.weight").ToArray(), Is.EqualTo(new[] { 8, 8 }));
        Assert.That(model.Parameters.Select(p => p.Name), Does.Contain("_hidden.weight"));
    }

    [Test]
    public void Another_module_or_rule_is_refused_and_nothing_changes()
    {
        using var model = New(new() { DenseOptimizer = new AdamOptions() });
        var before = ModelBytes.Of(model);
        using var otherRule = New(new());
        using var otherState = New(new() { DenseOptimizer = new AdamOptions { AmsGrad = true } });
        using var otherModule = new TorchModel(Schema, new ModuleOf(8, (m, i) => new TorchResult(m.Layer.call(i.Segment()))));
        foreach (var (other, word) in new[] { (otherRule, "'Adagrad'"), (otherState, "max_exp_avg_sq"), (otherModule, "_hidden.weight") })
        {
            Assert.That(() => ModelBytes.Load(model, ModelBytes.Of(other)),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains(word));
            Assert.That(ModelBytes.Of(model), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task A_replica_and_a_live_predictor_predict_what_the_model_does()
    {
        var store = new MemorySnapshotStore();
        using var tables = TorchScenario.CreateTables(Schema);
        using var model = TorchScenario.CreateModel(Schema);
        await using var trainer = new OnlineTrainer(tables, model, TorchScenario.CreateSource(Schema, Steps), store);
        await trainer.RunAsync(null, CancellationToken.None);
        await using var live = await LivePredictor.OpenAsync(trainer, () => TorchScenario.CreateModel(Schema));
        await using var replica = await ModelReplica.OpenAsync(store, _ => TorchScenario.CreateModel(Schema));
        var (fromLive, fromReplica) = (Scores(live), Scores(replica));
        Assert.That(fromReplica, Is.EqualTo(fromLive));
        Assert.That(fromLive, Is.EqualTo(Expected(tables, model)).Within(1e-6));
        Assert.That(fromLive.Distinct().Count(), Is.GreaterThan(5));
    }

    private static IEnumerable<string> RuleNames() => Rules.Select(rule => rule.Name);

    private static (string Name, TorchModelOptions Options) Own(string name, OptimizerOptions options) =>
        (name, new() { DenseOptimizer = options });

    private static (string Name, TorchModelOptions Options) Theirs(string name, Func<IEnumerable<Parameter>, OptimizerHelper> create) =>
        ($"TorchSharp's {name}", new() { Optimizer = create });

    private static TorchModel New(TorchModelOptions options) => new(Schema, new TowerModule(8), options);

    private static void Learn(TorchModel model, int seed, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            using var batch = new Batch(Schema, 16, seed + i);
            batch.Train(model);
        }
    }

    private static float[] Scores(Predictor predictor)
    {
        using var request = predictor.Rent(20);
        request.Shared.Id(Schema.Slots[0], 3);
        for (var item = 0; item < 20; item++) request.Add().Id(Schema.Slots[1], item);
        var scores = new float[20];
        predictor.Predict(request, scores);
        return scores;
    }

    private static float[] Expected(Tables.EmbeddingTableSet tables, TorchModel model)
    {
        using var batch = new Batch(Schema, 20, 1);
        var (bias, vector) = (Schema.Layout.Find("bias")!, Schema.Layout.Find("vector")!);
        for (var row = 0; row < 20; row++)
        {
            for (var slot = 0; slot < 2; slot++)
            {
                var weights = new float[5];
                tables.Tables[slot].Lookup([slot == 0 ? 3 : row], weights);
                batch.Inputs.Block(bias)[row * 2 + slot] = weights[0];
                weights.AsSpan(1).CopyTo(batch.Inputs.Block(vector)[(row * 8 + slot * 4)..]);
            }
        }
        return [.. batch.Predict(model).Select(logit => 1 / (1 + MathF.Exp(-logit)))];
    }
}
