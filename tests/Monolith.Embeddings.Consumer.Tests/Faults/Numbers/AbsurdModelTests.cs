using Microsoft.Extensions.Options;
using Monolith.Embeddings.Consumer.Tests.Faults.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Numbers;

/// <summary>
/// Models, poolings and limits of norms under numbers of every size: weights stay finite, or the run says that it diverged.
/// </summary>
[TestFixture]
public sealed class AbsurdModelTests
{
    [Test]
    public async Task StreamsOfManyOrFewAbsurdNumbersLeaveEveryNumberFiniteOrSayThatTheyDiverge()
    {
        var (tried, diverged) = (0, 0);
        for (var seed = 0; seed < 250; seed++)
        {
            var random = new Random(seed);
            var values = AbsurdFloats.Finite;
            var share = new[] { 2, 20, 500, 5_000 }[seed % 4];
            float Any() => random.Next(share) == 0 ? values[random.Next(values.Length)] : random.NextSingle();
            var f = new FeatureSchemaBuilder();
            f.Table("t", r => r.Bias(Rule(random)).Vector(4, Rule(random), new NormalInitializerOptions { StandardDeviation = 0.1f }));
            var slots = Enum.GetValues<Pooling>().Where(p => p != Pooling.None).Select(p => f.Slot(p.ToString(), "t", p, 3)).ToArray();
            f.Dense(2);
            var task = f.Task("click");
            var schema = f.Build();
            var clip = random.Next(2) == 0 ? (float?)null : Math.Abs(values[random.Next(values.Length)]);
            if (clip is 0) clip = 1;
            var encoder = new ExampleEncoder<int>(schema, (in int i, ExampleWriter w) =>
            {
                foreach (var slot in slots)
                    for (var id = random.Next(4); id > 0; id--) w.Id(slot, random.Next(10), Any());
                w.Dense(0, Any()).Dense(1, Any()).Weight(Math.Abs(Any())).LogitOffset(task, Any()).Label(task, random.NextSingle())
                    .At(1_600_000_000_000 + i);
            });
            var model = Model(random, schema);
            await using var learning = new StreamTrainer<int>(
                encoder, () => Enumerable.Range(0, 400), random.Next(1, 40), options: new() { ClipGlobalNorm = clip },
                set: new() { MemoryLimitBytes = 4 << 20, Seed = (ulong)seed }, model: model);
            var tables = learning.Tables;
            tried++;
            try
            {
                var last = await learning.Trainer.RunAsync();
                Assert.That(double.IsNaN(last.Total.LogLoss) || double.IsFinite(last.Total.LogLoss), Is.True, $"seed {seed}: {last.Total}");
                Assert.That(model.HasFiniteWeights, Is.True, $"seed {seed}");
            }
            catch (TrainingDivergedException)
            {
                diverged++;
                Assert.That(share, Is.LessThan(5_000), $"seed {seed}: a few absurd numbers");
            }
            foreach (var chunk in tables["t"].EnumerateRows())
            {
                if (!AbsurdFloats.AreFinite(chunk.Weights)) Assert.Fail($"seed {seed}: {AbsurdFloats.Bits(chunk.Weights)}");
                foreach (var id in chunk.Ids)
                    if (!tables["t"].Explain(id).Segments.All(s => double.IsFinite(s.StateNorm)))
                        Assert.Fail($"seed {seed}: {tables["t"].Explain(id)}");
            }
        }
        TestContext.Out.WriteLine($"tried {tried}, of which {diverged} diverged");
    }

    [Test]
    public void OptionsOfModelsWithAbsurdNumbersAreRefusedOrPredictNumbers()
    {
        var (tried, refused) = (0, 0);
        var (schema, slot) = Plain();
        foreach (var value in AbsurdFloats.All)
        {
            tried++;
            BuiltInModel model;
            try
            {
                model = new DeepFm(schema, new() { Hidden = [4], InitialBias = value });
            }
            catch (OptionsValidationException)
            {
                refused++;
                Assert.That(Math.Abs(value) < 100, Is.False, $"{value:R}");
                continue;
            }
            using (model)
            {
                using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 20 });
                var layer = new EmbeddingLayer(tables, schema);
                using var batch = new ExampleBatch(schema);
                batch.BeginExample().Id(slot, 1);
                batch.EndRow();
                layer.Lookup(batch);
                var logits = new float[1];
                model.Predict(new PredictContext(layer.Inputs, batch, logits));
                Assert.That(float.IsFinite(logits[0]), Is.True, $"{value:R}: {logits[0]}");
            }
        }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused");
    }

    private static OptimizerOptions Rule(Random random) => OptimizerCases.All[random.Next(OptimizerCases.All.Count)].Create();

    private static BuiltInModel Model(Random random, FeatureSchema schema)
    {
        OptimizerOptions rule;
        do rule = Rule(random);
        while (!rule.LearnsFromGradients || rule is DelayCompensationOptions);
        return random.Next(3) switch
        {
            0 => new LogisticRegression(schema, new() { Optimizer = rule }),
            1 => new FactorizationMachine(schema, new() { Optimizer = rule }),
            _ => new DeepFm(schema, new() { Optimizer = rule, Hidden = [5, 3] }),
        };
    }

    private static (FeatureSchema, FeatureSlot) Plain()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("t", r => r.Bias(new SgdOptions()).Vector(2, new SgdOptions()));
        var slot = f.Slot("s", "t");
        f.Task("click");
        return (f.Build(), slot);
    }
}
