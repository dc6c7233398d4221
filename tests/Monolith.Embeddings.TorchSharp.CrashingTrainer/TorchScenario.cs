using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Scheduling;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using TorchSharp;

namespace Monolith.Embeddings.TorchSharp.CrashingTrainer;

/// <summary>
/// A training of a module whose every batch follows from the stream, with a commit after every few. Run once to a step, or killed and
/// started again any number of times, it ends with the same bits.
/// </summary>
public static class TorchScenario
{
    private const int BatchSize = 32;

    /// <summary>The schema.</summary>
    public static FeatureSchema CreateSchema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions(), new UniformInitializerOptions()),
            t => t.Admission = new MinOccurrencesOptions(2));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, new AdamOptions(), new UniformInitializerOptions()));
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        return f.Build();
    }

    /// <summary>The model: batch normalisation, dropout, AMSGrad, and a rate that decays.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="rule">Whose optimizer it has.</param>
    public static TorchModel CreateModel(FeatureSchema schema, DenseRule rule = DenseRule.Core) =>
        new(schema, new TowerModule(8), rule == DenseRule.Core
            ? new()
            {
                DenseOptimizer = new AdamOptions
                {
                    LearningRate = 0.01f,
                    AmsGrad = true,
                    Schedule = new ExponentialDecay { DecayRate = 0.9, Steps = 100 },
                },
                Seed = 5,
            }
            : new()
            {
                Optimizer = parameters => torch.optim.Adam(parameters, lr: 0.01, amsgrad: true),
                LearningRate = step => 0.01 / (1 + step * 1e-3),
                Seed = 5,
            });

    /// <summary>Tables of the schema.</summary>
    /// <param name="schema">The schema.</param>
    public static EmbeddingTableSet CreateTables(FeatureSchema schema) => new(schema, new() { Seed = 5, MemoryLimitBytes = 64 << 20 });

    /// <summary>Goes on from the store's newest commit, and trains until a step.</summary>
    /// <param name="store">Where it commits to.</param>
    /// <param name="steps">How many batches the whole training has.</param>
    /// <param name="rule">Whose optimizer the model has.</param>
    /// <returns>A hash of all rows and of all that the model saves.</returns>
    public static async Task<string> TrainAsync(SnapshotStore store, long steps, DenseRule rule = DenseRule.Core)
    {
        var schema = CreateSchema();
        using var tables = CreateTables(schema);
        using var model = CreateModel(schema, rule);
        var options = new OnlineTrainerOptions
        {
            Synchronization = new() { SparseEvery = Schedule.ByBatches(3), CompactAfterDeltas = 8, Retention = new() { Commits = 12 } },
        };
        await using (var trainer = new OnlineTrainer(tables, model, CreateSource(schema, steps), store, options))
            await trainer.RunAsync();
        return HashOf(tables, model);
    }

    /// <summary>The stream.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="steps">How many batches it has.</param>
    public static ExampleSource CreateSource(FeatureSchema schema, long steps)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var (user, item, click) = (schema.Slots[0], schema.Slots[1], schema.Tasks[0]);
        var encoder = new ExampleEncoder<SyntheticClick>(schema, (in SyntheticClick c, ExampleWriter w) => w
            .Id(user, c.User).Id(item, c.Item).Label(click, c.Clicked).At(c.Time));
        var stream = new SyntheticClickStream(new() { EventCount = steps * BatchSize, EventsPerSecond = 50, Users = 5000, Seed = 9 });
        return ExampleSource.From(stream.Read, encoder, BatchSize);
    }

    /// <summary>A hash of all rows and of all that a model saves.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="model">The model.</param>
    public static string HashOf(EmbeddingTableSet tables, OnlineModel model)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(model);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in tables.Tables)
        {
            var rows = new SortedDictionary<long, float[]>();
            foreach (var chunk in table.EnumerateRows())
            {
                var width = chunk.Weights.Length / chunk.Count;
                for (var i = 0; i < chunk.Count; i++) rows[chunk.Ids[i]] = chunk.Weights.Slice(i * width, width).ToArray();
            }
            foreach (var (id, weights) in rows)
            {
                hash.AppendData(BitConverter.GetBytes(id));
                hash.AppendData(MemoryMarshal.AsBytes(weights.AsSpan()));
            }
        }
        using var stream = new MemoryStream();
        model.Save(stream);
        hash.AppendData(stream.ToArray());
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
