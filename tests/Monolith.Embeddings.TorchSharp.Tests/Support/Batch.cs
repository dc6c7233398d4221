using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>A batch of a schema with drawn numbers, and room for what a model writes.</summary>
internal sealed class Batch : IDisposable
{
    private readonly FeatureSchema _schema;

    public Batch(FeatureSchema schema, int rows, int seed, BlockAllocator? allocator = null, int? unlabelled = null)
    {
        _schema = schema;
        Inputs = new FeatureBlocks(schema.Layout, BlockUse.Input, allocator);
        Gradients = new FeatureBlocks(schema.Layout, BlockUse.Gradient, allocator);
        (Examples, Logits) = (new ExampleBatch(schema), new float[rows * schema.Tasks.Count]);
        var draws = new Random(seed);
        for (var row = 0; row < rows; row++)
        {
            var writer = Examples.BeginExample();
            foreach (var slot in schema.Slots.Where(slot => slot.Pooling == Pooling.None))
            {
                for (var steps = draws.Next(slot.MaxIds + 1); steps > 0; steps--) writer.Id(slot, draws.Next(100));
            }
            foreach (var task in schema.Tasks)
            {
                var label = draws.Next(2);
                if (row != unlabelled) writer.Label(task, label);
            }
            writer.At(1_700_000_000_000 + row);
            Examples.EndRow();
        }
        Inputs.Resize(rows);
        Gradients.Resize(rows);
        Inputs.Clear();
        Fill(draws, Inputs.Dense);
        foreach (var segment in schema.Layout.Segments) Fill(draws, Inputs.Block(segment));
        foreach (var sequence in schema.Layout.Sequences) FillSequence(draws, sequence, rows);
    }

    public FeatureBlocks Inputs { get; }

    public FeatureBlocks Gradients { get; }

    public ExampleBatch Examples { get; }

    public float[] Logits { get; }

    /// <summary>Vectors and biases of two slots, one of them twice, and dense features.</summary>
    public static FeatureSchema Schema(string? sequence = null, int tasks = 1)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("ids", row => row.Bias(new AdagradOptions())
            .Vector(4, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("user", "ids");
        f.Slot("item", "ids");
        if (sequence is not null) f.Sequence(sequence, "ids", maxLength: 3, SequenceOrder.OldestFirst);
        for (var i = 0; i < tasks; i++) f.Task(i == 0 ? "click" : $"task{i}");
        f.Dense(2);
        return f.Build();
    }

    public void Train(OnlineModel model, TrainingCallbacks? callbacks = null) =>
        model.Train(new TrainContext(Inputs, Examples, Gradients, Logits) { Callbacks = callbacks });

    public float[] Predict(OnlineModel model)
    {
        var logits = new float[Logits.Length];
        model.Predict(new PredictContext(Inputs, Examples, logits));
        return logits;
    }

    /// <summary>All gradients, one block after the other.</summary>
    public float[] AllGradients() =>
    [
        .. _schema.Layout.Segments.SelectMany(segment => Gradients.Block(segment).ToArray()),
        .. _schema.Layout.Sequences.SelectMany(sequence => Gradients.Sequence(sequence).ToArray()),
    ];

    public void Dispose() => Examples.Dispose();

    private static void Fill(Random draws, Span<float> values)
    {
        foreach (ref var value in values) value = draws.NextSingle() - 0.5f;
    }

    private void FillSequence(Random draws, SequenceLayout sequence, int rows)
    {
        var offsets = Examples.Offsets(sequence.Slot);
        for (var row = 0; row < rows; row++)
        {
            var steps = offsets[row + 1] - offsets[row];
            Inputs.Lengths(sequence)[row] = steps;
            Fill(draws, Inputs.Sequence(sequence).Slice(row * sequence.Width, steps * sequence.Dimension));
        }
    }
}
