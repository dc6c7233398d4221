using System.Text.Json;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;
using OnlineTraining.Data;

namespace Parity;

/// <summary>Trains, and writes the beginning, the events, the predictions and the end.</summary>
internal sealed class ParityRun(Dataset dataset, ParitySettings settings, string folder)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var schema = Schema();
        using var tables = Tables(schema);
        using var model = new DeepFm(schema, new DeepFmOptions
        {
            Hidden = [.. settings.Hidden],
            InitialBias = settings.InitialBias,
            Optimizer = settings.DenseOptimizer(),
            Seed = settings.Seed,
        });
        var matrices = DenseWeights.Write(model, i => Numpy($"initial_dense_{i}"));
        var log = new EventLog(schema);
        var source = new EnrichedSource(dataset.Open(schema, new CollisionlessIds(), settings.BatchSize), settings.IsSampled);
        var trainer = new OnlineTrainer(tables, model, source, new OnlineTrainerOptions { Scored = log.Add });
        var last = await trainer.RunAsync(null, cancellationToken);
        log.Write(Numpy);
        DenseWeights.Write(model, i => Numpy($"final_dense_{i}"));
        WriteRows(log.DistinctIds(), schema, tables.Tables[0]);
        WriteSummary(schema, matrices, last.Total.LogLoss);
        Console.WriteLine(
            $"{dataset.Description}: {last.Examples} events, {last.Rows} rows, log-loss {last.Total.LogLoss:F6}, AUC {last.Total.Auc:F4}");
        return 0;
    }

    private FeatureSchema Schema()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table(Dataset.TableName, row => row
            .Bias(settings.BiasOptimizer(), settings.BiasInitializer())
            .Vector(settings.Dimension, settings.VectorOptimizer(), settings.VectorInitializer()));
        foreach (var slot in dataset.Slots) builder.Slot(slot.Name, Dataset.TableName, slot.Pooling);
        builder.Task("label");
        builder.Dense(EnrichedSource.DenseWidth);
        return builder.Build();
    }

    private EmbeddingTableSet Tables(FeatureSchema schema) => new(schema, new EmbeddingTableSetOptions { Seed = settings.Seed });

    // A row's first values depend on seed, table and id alone, so that untouched tables of the same seed tell them.
    private void WriteRows(long[] ids, FeatureSchema schema, EmbeddingTable trained)
    {
        using var tables = Tables(schema);
        var (rows, width) = (new float[ids.Length * trained.Dimension], trained.Dimension);
        tables.Tables[0].LookupOrAdmit(ids, [], rows, eventTime: DateTimeOffset.UnixEpoch);
        NumpyFile.Write<float>(Numpy("initial_rows"), rows, ids.Length, width);
        if (trained.Lookup(ids, rows) != ids.Length || trained.Count != ids.Length)
            throw new InvalidDataException($"{ids.Length} ids were seen, but the table has {trained.Count} rows.");
        NumpyFile.Write<float>(Numpy("final_rows"), rows, ids.Length, width);
        NumpyFile.Write<long>(Numpy("ids"), ids);
    }

    private void WriteSummary(FeatureSchema schema, int matrices, double logLoss)
    {
        var slots = schema.Slots.Select(slot => new { slot.Name, Pooling = slot.Pooling.ToString() });
        var summary = new { dataset.Description, Settings = settings, Slots = slots, Matrices = matrices, LogLoss = logLoss };
        File.WriteAllText(Path.Combine(folder, "run.json"), JsonSerializer.Serialize(summary, Json));
    }

    private string Numpy(string name) => Path.Combine(folder, name + ".npy");
}
