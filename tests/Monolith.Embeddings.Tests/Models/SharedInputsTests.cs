using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>What all rows of a batch share is multiplied once, and no bit of a prediction tells.</summary>
public sealed class SharedInputsTests
{
    private const int Dimension = 3, Slots = 5, Dense = 4;

    private readonly FeatureSchema _schema;
    private readonly FeatureSlot[] _slots;

    public SharedInputsTests()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new SgdOptions()).Vector(Dimension, new SgdOptions()));
        _slots = [.. Enumerable.Range(0, Slots).Select(i => builder.Slot($"slot{i}", "items"))];
        builder.Task("click");
        builder.Dense(Dense);
        _schema = builder.Build();
    }

    [Test]
    public void A_batch_that_shares_slots_is_predicted_to_the_bit_like_one_that_does_not(
        [Values("", "0", "01", "0123", "01234", "1", "034")] string shared, [Values(1, 2, 5, 200)] int rows, [Values] bool isParallel)
    {
        using var model = new DeepFm(_schema, new() { Hidden = [37, 5], Seed = 3, MaxDegreeOfParallelism = 3 });
        model.ForceParallel = isParallel;
        int[] places = [.. shared.Select(place => place - '0')];
        var inputs = Inputs(places, rows);
        Assert.That(
            Bits.Of(Predict(model, inputs, Batch(places, rows))), Is.EqualTo(Bits.Of(Predict(model, inputs, Batch([], rows)))));
    }

    [Test]
    public void A_model_without_hidden_layers_shares_too()
    {
        using var model = new DeepFm(_schema, new() { Hidden = [], Seed = 3 });
        var inputs = Inputs([0, 1], rows: 7);
        Assert.That(Bits.Of(Predict(model, inputs, Batch([0, 1], 7))), Is.EqualTo(Bits.Of(Predict(model, inputs, Batch([], 7)))));
    }

    /// <summary>A workspace is used again: what one batch shared must not be left to the next.</summary>
    [Test]
    public void The_next_batch_shares_only_what_it_says()
    {
        using var model = new DeepFm(_schema, new() { Hidden = [8], Seed = 3 });
        var inputs = Inputs([], rows: 6);
        var expected = Predict(model, inputs, Batch([], 6));
        Predict(model, Inputs([0, 1, 2], 6), Batch([0, 1, 2], 6));
        Assert.That(Predict(model, inputs, Batch([], 6)), Is.EqualTo(expected));
    }

    [Test]
    public void The_slots_that_count_are_those_before_the_first_that_is_not_shared()
    {
        using var model = new DeepFm(_schema, new() { Hidden = [8] });
        foreach (var (places, expected) in new[] { ("", 0), ("0", 1), ("012", 3), ("01234", 5), ("1234", 0), ("0134", 2) })
        {
            var batch = Batch([.. places.Select(place => place - '0')], rows: 4);
            Assert.That(model.Graph.Inputs.SharedWidth(batch), Is.EqualTo(expected * Dimension), places);
        }
        Assert.That(model.Graph.Inputs.SharedWidth(Batch([0, 1], rows: 1)), Is.Zero, "one row");
    }

    private static float[] Predict(DeepFm model, FeatureBlocks inputs, FeatureBatch batch)
    {
        var logits = new float[batch.Rows];
        model.Predict(new PredictContext(inputs, batch, logits));
        return logits;
    }

    /// <summary>Random blocks, in which all rows have the values of the first in the places that are shared.</summary>
    private FeatureBlocks Inputs(int[] shared, int rows)
    {
        var (random, inputs) = (new Random(rows), new FeatureBlocks(_schema.Layout));
        inputs.Resize(rows);
        foreach (ref var value in inputs.Dense) value = random.NextSingle() - 0.5f;
        foreach (var segment in _schema.Layout.Segments)
        {
            var block = inputs.Block(segment);
            foreach (ref var value in block) value = random.NextSingle() - 0.5f;
            foreach (var columns in shared.Select(place => segment.Columns[place]))
            {
                var first = block.Slice(columns.Start, columns.Width);
                for (var row = 1; row < rows; row++) first.CopyTo(block[(row * segment.Width + columns.Start)..]);
            }
        }
        return inputs;
    }

    private FeatureBatch Batch(int[] shared, int rows)
    {
        var batch = new FeatureBatch(_schema);
        if (shared.Length > 0)
        {
            var writer = batch.Shared;
            foreach (var place in shared) writer.Id(_slots[place], place);
        }
        for (var row = 0; row < rows; row++)
        {
            var writer = batch.BeginRow();
            foreach (var place in Enumerable.Range(0, Slots).Except(shared)) writer.Id(_slots[place], row);
            batch.EndRow();
        }
        return batch;
    }
}
