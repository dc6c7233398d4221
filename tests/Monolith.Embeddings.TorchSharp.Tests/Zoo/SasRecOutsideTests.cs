using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>SASRec gives the numbers of another implementation, which are committed with its weights and inputs.</summary>
public class SasRecOutsideTests
{
    private const double Tolerance = 2e-5;
    private const int Dimension = 6, Steps = 5, Heads = 2, Blocks = 2;

    [Test]
    public void Outputs_and_scores_are_those_of_another_implementation()
    {
        var numbers = OutsideNumbers.Read("sasrec");
        var schema = Schema();
        var module = new SasRecModule(schema, heads: Heads, blocks: Blocks, dropout: 0, temperature: 1, isNormalized: false);
        using var model = new TorchModel(schema, module);
        numbers.Load(model);
        using var batch = new SequenceBatch(
            schema, [.. Enumerable.Range(0, numbers.RowsOf("ids/item")).Select(row => RowOf(numbers, row))]);
        Overwrite(batch, numbers.Inputs["items"].Floats);
        using var scope = NewDisposeScope();
        module.train();
        var (result, history) = (module.call(batch.Tensors), batch.Tensors.Sequence("history"));
        var (users, positive) = (Floats(module.Users(history, history.Mask())), Floats(result.Part("positive")));
        var negative = Floats(result.Part("negative"));
        var (outputs, positives) = (numbers.Outputs["users"].Floats, numbers.Outputs["positive"].Floats);
        var (negatives, logits) = (numbers.Outputs["negative"].Floats, numbers.Outputs["logits"].Floats);
        var compared = 0;
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            for (var t = 0; t < batch.Rows[row].Of("history").Length; t++)
            {
                var place = row * Steps + t;
                var width = (place * Dimension)..((place + 1) * Dimension);
                Assert.That(users[width], Is.EqualTo(outputs[width]).Within(Tolerance), $"row {row}, position {t}");
                Assert.That(positive[place], Is.EqualTo(positives[place]).Within(Tolerance), $"row {row}, position {t}");
                // There, each position has one negative; here, the row's are those of all positions.
                var own = negative[place * Steps + t];
                if (own > -1e29f) Assert.That(own, Is.EqualTo(negatives[place]).Within(Tolerance), $"row {row}, position {t}");
                compared += own > -1e29f ? 1 : 0;
            }
            Assert.That(Floats(result.Logits)[row], Is.EqualTo(logits[row]).Within(Tolerance), $"row {row}");
        }
        Assert.That(compared, Is.GreaterThan(8));
    }

    private static FeatureSchema Schema()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Vector(Dimension, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("item", "items");
        f.Sequence("history", "items", Steps, SequenceOrder.OldestFirst);
        f.Sequence("negatives", "items", Steps);
        f.Task("next");
        return f.Build();
    }

    private static SequenceRow RowOf(OutsideNumbers numbers, int row) => new(new Dictionary<string, long[]>
    {
        ["history"] = numbers.IdsOf("history", row),
        ["item"] = numbers.IdsOf("item", row),
        ["negatives"] = numbers.IdsOf("negatives", row),
    });

    // The vectors of the file in place of those drawn from ids.
    private static void Overwrite(SequenceBatch batch, float[] items)
    {
        var segment = batch.Schema.Layout.Segments[0];
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            Vector(batch.Rows[row].Of("item")[0]).CopyTo(batch.Inputs.Block(segment)[(row * segment.Width)..]);
            foreach (var sequence in batch.Schema.Layout.Sequences)
            {
                var ids = batch.Rows[row].Of(sequence.Slot.Name);
                for (var t = 0; t < ids.Length; t++)
                    Vector(ids[t]).CopyTo(batch.Inputs.Sequence(sequence)[(row * sequence.Width + t * Dimension)..]);
            }
        }

        Span<float> Vector(long id) => items.AsSpan((int)id * Dimension, Dimension);
    }

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];
}
