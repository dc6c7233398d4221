using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>What DIN makes of padding and of empty sequences, and which candidates it takes.</summary>
public class DinTests
{
    private const int Rows = 16, Steps = 3, Dimension = 4;

    [TestCase(1e3f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void What_stands_behind_the_length_changes_no_bit(float padding)
    {
        var schema = Batch.Schema("recent");
        var (clean, padded) = (Results(0), Results(padding));
        Assert.That(padded.Logits, Is.EqualTo(clean.Logits));
        Assert.That(padded.Inputs, Is.EqualTo(clean.Inputs));
        Assert.That(padded.Weights, Is.EqualTo(clean.Weights));

        (float[] Logits, float[] Inputs, float[] Weights) Results(float value)
        {
            using var model = Model(schema);
            using var batch = new Batch(schema, Rows, seed: 3);
            var sequence = schema.Layout.Sequences.Single(s => s.SegmentName == RowBuilder.VectorName);
            var filled = 0;
            for (var row = 0; row < Rows; row++)
            {
                var behind = batch.Inputs.Sequence(sequence).Slice(row * Steps * Dimension, Steps * Dimension)
                    [(batch.Inputs.Lengths(sequence)[row] * Dimension)..];
                behind.Fill(value);
                filled += behind.Length;
            }
            Assert.That(filled, Is.GreaterThan(0));
            var gradients = Learn(model, batch);
            return (batch.Logits, batch.AllGradients(), [.. model.Parameters.SelectMany(parameter => gradients.Of(parameter).ToArray())]);
        }
    }

    [Test]
    public void An_empty_sequence_gives_zeros_and_no_gradient()
    {
        var schema = Batch.Schema("recent");
        using var model = Model(schema);
        using var batch = new Batch(schema, Rows, seed: 3);
        var sequence = schema.Layout.Sequences.Single(s => s.SegmentName == RowBuilder.VectorName);
        batch.Inputs.Lengths(sequence).Clear();
        var gradients = Learn(model, batch);
        var twin = new DoubleTwin(model, batch);
        for (var row = 0; row < Rows; row++)
        {
            var expected = twin.Perceptron("perceptron", [.. twin.Segment(row), .. new double[Dimension], .. twin.Dense(row)]);
            Assert.That(batch.Logits[row], Is.EqualTo(expected[0]).Within(1e-5));
        }
        Assert.That(batch.Gradients.Sequence(sequence).ToArray(), Is.All.Zero);
        foreach (var parameter in model.Parameters)
        {
            var isAttention = parameter.Name.StartsWith("attention", StringComparison.Ordinal);
            Assert.That(gradients.Of(parameter).ToArray(), isAttention ? Is.All.Zero : Is.Not.All.Zero, parameter.Name);
        }
    }

    [Test]
    public void Candidates_that_do_not_fit_are_refused_with_slots_and_dimensions()
    {
        var schema = Schema();
        Refuses([("recent", "place")], "'recent' have the dimension 4", "'place' has 8");
        Refuses([("recent", "both")], "'recent' have the dimension 4", "'both' has 8");
        Refuses([("later", "item")], "no sequence 'later'", "'recent' of 4");
        Refuses([("recent", "nothing")], "no pooled slot 'nothing'", "'item' of 4, 'both' of 8, 'place' of 8");
        Refuses([], "sequences with vectors: 'recent' of 4");
        Assert.That(() => new DinModule(Batch.Schema("recent")), Throws.ArgumentException.With.Message.Contains("'user', 'item'"));
        Assert.That(() => new DinModule(Batch.Schema()), Throws.ArgumentException.With.Message.Contains("sequences with vectors: none"));

        void Refuses((string, string)[] pairs, params string[] parts)
        {
            var refusal = Assert.Throws<ArgumentException>(() => _ = new DinModule(schema, pairs))!;
            foreach (var part in parts) Assert.That(refusal.Message, Does.Contain(part));
        }
    }

    [Test]
    public void The_one_slot_of_the_table_is_the_candidate_where_none_is_named()
    {
        var schema = Schema();
        using var named = new TorchModel(schema, new DinModule(schema, [("recent", "item")], [5], [6], seed: 1));
        using var found = new TorchModel(schema, new DinModule(schema, null, [5], [6], seed: 1));
        using var batch = new Batch(schema, Rows, seed: 3);
        var logits = batch.Predict(named);
        Assert.That(batch.Predict(found), Is.EqualTo(logits));
    }

    private static FeatureSchema Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Vector(Dimension, new AdagradOptions()));
        f.Table("places", row => row.Vector(8, new AdagradOptions()));
        f.Slot("item", "items");
        f.Slot("both", "items", Pooling.FirstN, maxIds: 2);
        f.Slot("place", "places");
        f.Sequence("recent", "items", Steps, SequenceOrder.OldestFirst);
        f.Task("click");
        return f.Build();
    }

    private static TorchModel Model(FeatureSchema schema) => new(schema, new DinModule(schema, [("recent", "item")], [6], [7], seed: 3));

    private static DenseGradients Learn(TorchModel model, Batch batch)
    {
        var gradients = new DenseGradients(model);
        model.Train(new TrainContext(batch.Inputs, batch.Examples, batch.Gradients, batch.Logits) { DenseGradients = gradients });
        return gradients;
    }
}
