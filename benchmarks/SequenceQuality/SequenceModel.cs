using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.TorchSharp;
using static TorchSharp.torch;

namespace SequenceQuality;

/// <summary>SASRec over a table of items: learns sequences, epoch after epoch, and scores all items behind a history.</summary>
internal sealed class SequenceModel : IDisposable
{
    private readonly SequenceSettings _settings;
    private readonly FeatureSlot _item, _history, _negatives;
    private readonly LabelTask _next;
    private readonly EmbeddingTableSet _tables;
    private readonly TorchModel _model;
    private readonly EmbeddingLayer _layer;
    private readonly ExampleBatch _batch;
    private readonly FeatureBlocks _gradients;
    private readonly ModelOutputBlocks _outputs;
    private readonly Random _draws;
    private float[] _logits = [];
    private long _step;

    /// <param name="items">All items, from which negatives are drawn.</param>
    /// <param name="settings">How.</param>
    public SequenceModel(long[] items, SequenceSettings settings)
    {
        (Items, _settings, _draws) = (items, settings, new Random(settings.Seed));
        var f = new FeatureSchemaBuilder();
        var rule = new AdamOptions { LearningRate = settings.Rate, Beta2 = 0.98f };
        f.Table("items", row => row.Vector(settings.Width, rule, new NormalInitializerOptions { StandardDeviation = 0.02f }));
        _item = f.Slot("item", "items");
        _history = f.Sequence("history", "items", settings.Length, SequenceOrder.OldestFirst);
        _negatives = f.Sequence("negatives", "items", settings.Negatives);
        _next = f.Task("next");
        var schema = f.Build();
        _tables = new EmbeddingTableSet(schema, new() { Seed = (ulong)settings.Seed });
        var module = new SasRecModule(schema, blocks: settings.Blocks, heads: settings.Heads, dropout: settings.Dropout,
            temperature: settings.Temperature, sharesNegatives: settings.SharesNegatives, seed: settings.Seed);
        _model = new TorchModel(schema, module, new()
        {
            Name = "sasrec",
            Loss = new SasRecLoss(),
            Seed = settings.Seed,
            DenseOptimizer = new AdamOptions { LearningRate = settings.Rate, Beta2 = 0.98f },
        });
        _layer = new EmbeddingLayer(_tables, schema);
        (_batch, _gradients) = (new ExampleBatch(schema), new FeatureBlocks(schema.Layout, BlockUse.Gradient));
        _outputs = new ModelOutputBlocks(_model);
    }

    public long[] Items { get; }

    /// <summary>Learns each sequence once, in an order of its own: of all its items the newest that fit.</summary>
    /// <param name="sequences">At least two items each, the oldest first.</param>
    public void Learn(long[][] sequences)
    {
        foreach (var batch in Batches(sequences))
        {
            _batch.Clear();
            foreach (var sequence in batch) Write(sequence.AsSpan(0, sequence.Length - 1), sequence[^1]);
            _layer.LookupOrAdmit(_batch, DateTimeOffset.UnixEpoch, _step);
            _gradients.Resize(batch.Length);
            Reserve(batch.Length);
            _model.Train(new TrainContext(_layer.Inputs, _batch, _gradients, _logits.AsSpan(0, batch.Length)));
            _layer.ApplyGradients(_gradients, DateTimeOffset.UnixEpoch, _step++);
        }
    }

    /// <summary>Scores all items for each history: cosines, [histories, items].</summary>
    /// <param name="histories">At least one item each, the oldest first.</param>
    /// <param name="read">Is given the number of a history, and the scores of all items behind it.</param>
    public void Score(IReadOnlyList<long[]> histories, ScoreReader read)
    {
        var vectors = new float[Items.Length * _settings.Width];
        _tables["items"].Lookup(Items, vectors);
        using var unobserved = no_grad();
        using var rows = tensor(vectors).view(Items.Length, _settings.Width);
        using var least = tensor(1e-6f);
        using var lengths = rows.norm(1, keepdim: true, p: 2).maximum(least);
        using var items = (rows / lengths).t().contiguous();
        for (var first = 0; first < histories.Count; first += _settings.BatchSize)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(_settings.BatchSize, histories.Count - first);
            var users = tensor(Users(histories.Skip(first).Take(count), count)).view(count, _settings.Width);
            var scores = users.mm(items);
            var values = MemoryMarshal.Cast<byte, float>(scores.bytes);
            for (var i = 0; i < count; i++) read(first + i, values.Slice(i * Items.Length, Items.Length));
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _tables.Dispose();
        _batch.Dispose();
    }

    // A batch has as many positions as its longest sequence: those of like length go together.
    private long[][][] Batches(long[][] sequences)
    {
        var order = sequences.ToArray();
        _draws.Shuffle(order);
        long[][][] batches =
        [
            .. order.Chunk(_settings.BatchSize * _settings.SortedBatches)
                .SelectMany(pool => pool.OrderBy(sequence => sequence.Length).Chunk(_settings.BatchSize)),
        ];
        _draws.Shuffle(batches);
        return batches;
    }

    private float[] Users(IEnumerable<long[]> histories, int count)
    {
        _batch.Clear();
        foreach (var history in histories)
        {
            _batch.BeginExample().Ids(_history, history);
            _batch.EndRow();
        }
        _layer.Lookup(_batch);
        _outputs.Resize(count);
        Reserve(count);
        _model.Predict(new PredictContext(_layer.Inputs, _batch, _logits.AsSpan(0, count)) { Outputs = _outputs });
        return _outputs.Block(TorchResult.UserName).ToArray();
    }

    private void Write(ReadOnlySpan<long> history, long next)
    {
        var writer = _batch.BeginExample().Ids(_history, history).Id(_item, next).Label(_next, true);
        for (var i = 0; i < _settings.Negatives; i++) writer.Id(_negatives, Items[_draws.Next(Items.Length)]);
        _batch.EndRow();
    }

    private void Reserve(int rows)
    {
        if (_logits.Length < rows) _logits = new float[rows];
    }
}
