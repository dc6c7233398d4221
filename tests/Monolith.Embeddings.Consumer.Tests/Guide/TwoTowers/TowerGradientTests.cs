using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Consumer.Tests.Guide.TwoTowers;

/// <summary>The gradients of the guide's two towers against differences of their loss, computed here in double precision.</summary>
public class TowerGradientTests
{
    private const int Rows = 6, Size = 3;
    private const float Step = 1f / 256;

    private readonly FeatureSchema _schema = Schema();

    [Test]
    public void They_are_the_slopes_of_the_loss()
    {
        using var model = new global::TwoTowers(_schema);
        var (inputs, gradients) = (new FeatureBlocks(_schema.Layout, BlockUse.Input), new FeatureBlocks(_schema.Layout, BlockUse.Gradient));
        inputs.Resize(Rows);
        gradients.Resize(Rows);
        var random = new Random(3);
        foreach (var segment in _schema.Layout.Segments)
        {
            foreach (ref var value in inputs.Block(segment)) value = random.NextSingle() - 0.5f;
        }
        model.Train(new TrainContext(inputs, Examples(), gradients, new float[Rows]));
        foreach (var segment in _schema.Layout.Segments)
        {
            for (var i = 0; i < inputs.Block(segment).Length; i++)
            {
                var was = inputs.Block(segment)[i];
                inputs.Block(segment)[i] = was + Step;
                var above = Loss(inputs);
                inputs.Block(segment)[i] = was - Step;
                var slope = (above - Loss(inputs)) / (2 * Step);
                inputs.Block(segment)[i] = was;
                Assert.That(gradients.Block(segment)[i], Is.EqualTo(slope).Within(1e-4), $"{segment.Name} {i}");
            }
        }
    }

    // Six different items, each chosen once: their corrections are equal, and fall out. The layer begins as the sum of both vectors.
    private double Loss(FeatureBlocks inputs)
    {
        var (biases, vectors) = (_schema.Layout.Find(RowBuilder.BiasName)!, _schema.Layout.Find(RowBuilder.VectorName)!);
        var loss = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            var scores = new double[Rows];
            for (var other = 0; other < Rows; other++)
            {
                scores[other] = inputs.Block(biases)[other];
                for (var i = 0; i < Size; i++) scores[other] += (At(row, "user", i) + At(row, "recent", i)) * At(other, "item", i);
            }
            loss += Math.Log(scores.Sum(score => Math.Exp(score - scores[row])));
        }
        return loss;

        double At(int row, string slot, int i) =>
            inputs.Block(vectors)[row * vectors.Width + vectors.Columns.Single(c => c.Slot.Name == slot).Start + i];
    }

    private ExampleBatch Examples()
    {
        var batch = new ExampleBatch(_schema);
        for (var row = 0; row < Rows; row++)
        {
            var writer = batch.BeginExample();
            foreach (var slot in _schema.Slots) writer.Id(slot, row);
            writer.Label(_schema.Tasks[0], true).At(row);
            batch.EndRow();
        }
        return batch;
    }

    private static FeatureSchema Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Bias(new SgdOptions()).Vector(Size, new SgdOptions()));
        foreach (var table in new[] { "users", "recent" }) f.Table(table, row => row.Vector(Size, new SgdOptions()));
        foreach (var (slot, table) in new[] { ("item", "items"), ("user", "users"), ("recent", "recent") }) f.Slot(slot, table);
        f.Task("clicked");
        return f.Build();
    }
}
