using System.Text.Json;
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

    [Test]
    public void Outputs_and_scores_are_those_of_another_implementation()
    {
        using var numbers = JsonDocument.Parse(Read());
        var file = numbers.RootElement;
        var (dimension, steps) = (file.GetProperty("dimension").GetInt32(), file.GetProperty("steps").GetInt32());
        var schema = Schema(dimension, steps);
        using var module = new SasRecModule(schema, heads: file.GetProperty("heads").GetInt32(),
            blocks: file.GetProperty("blocks").GetInt32(), dropout: 0, temperature: 1, isNormalized: false);
        Take(module, file.GetProperty("weights"));
        var (items, rows) = (Floats(file.GetProperty("items")), file.GetProperty("rows").EnumerateArray().ToArray());
        using var batch = new SequenceBatch(schema, [.. rows.Select(RowOf)]);
        Overwrite(batch, items, dimension);
        using var scope = NewDisposeScope();
        var (result, history) = (module.call(batch.Tensors), batch.Tensors.Sequence("history"));
        var users = Floats(module.Users(history, history.Mask()));
        var (positive, negative) = (Floats(result.Part("positive")), Floats(result.Part("negative")));
        var compared = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            var (outputs, first) = (Floats(rows[row].GetProperty("outputs")), row * steps * dimension);
            Assert.That(users[first..(first + outputs.Length)], Is.EqualTo(outputs).Within(Tolerance), $"row {row}");
            var (positives, negatives) = (Floats(rows[row].GetProperty("positive")), Floats(rows[row].GetProperty("negative")));
            for (var t = 0; t < positives.Length; t++)
            {
                Assert.That(positive[row * steps + t], Is.EqualTo(positives[t]).Within(Tolerance), $"row {row}, position {t}");
                // There, each position has one negative; here, the row's are those of all positions.
                var own = negative[(row * steps + t) * steps + t];
                if (own > -1e29f) Assert.That(own, Is.EqualTo(negatives[t]).Within(Tolerance), $"row {row}, position {t}");
                compared += own > -1e29f ? 1 : 0;
            }
            Assert.That(Floats(result.Logits)[row], Is.EqualTo(rows[row].GetProperty("score").GetDouble()).Within(Tolerance), $"row {row}");
        }
        Assert.That(compared, Is.GreaterThan(8));
    }

    private static FeatureSchema Schema(int dimension, int steps)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("items", row => row.Vector(dimension, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("item", "items");
        f.Sequence("history", "items", steps, SequenceOrder.OldestFirst);
        f.Sequence("negatives", "items", steps);
        f.Task("next");
        return f.Build();
    }

    private static SequenceRow RowOf(JsonElement row) => new(new Dictionary<string, long[]>
    {
        ["history"] = Ids(row, "history"),
        ["item"] = [row.GetProperty("item").GetInt64()],
        ["negatives"] = Ids(row, "negatives"),
    });

    private static long[] Ids(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(id => id.GetInt64())];

    private static void Take(SasRecModule module, JsonElement weights)
    {
        Assert.That(module.named_parameters().Select(p => p.name), Is.EquivalentTo(weights.EnumerateObject().Select(w => w.Name)));
        using var unobserved = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
            parameter.copy_(tensor(Floats(weights.GetProperty(name))).view(parameter.shape));
    }

    // The vectors of the file in place of those drawn from ids.
    private static void Overwrite(SequenceBatch batch, float[] items, int dimension)
    {
        var segment = batch.Schema.Layout.Segments[0];
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            Vector(batch.Rows[row].Of("item")[0]).CopyTo(batch.Inputs.Block(segment)[(row * segment.Width)..]);
            foreach (var sequence in batch.Schema.Layout.Sequences)
            {
                var ids = batch.Rows[row].Of(sequence.Slot.Name);
                for (var t = 0; t < ids.Length; t++)
                    Vector(ids[t]).CopyTo(batch.Inputs.Sequence(sequence)[(row * sequence.Width + t * dimension)..]);
            }
        }

        Span<float> Vector(long id) => items.AsSpan((int)id * dimension, dimension);
    }

    private static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(value => (float)value.GetDouble())];

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];

    private static string Read()
    {
        using var stream = typeof(SasRecOutsideTests).Assembly.GetManifestResourceStream("sasrec.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
