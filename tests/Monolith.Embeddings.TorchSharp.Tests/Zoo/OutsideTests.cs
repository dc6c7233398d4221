using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>Modules of the zoo give what another implementation gives by the same weights and inputs.</summary>
public class OutsideTests
{
    private const double Tolerance = 1e-5;

    private static readonly Dictionary<string, Func<FeatureSchema, nn.Module<TorchInputs, Tensor>>> Modules = new()
    {
        ["dcn-v2"] = schema => new DcnV2Module(schema, layers: 3, hidden: [7, 5]),
        ["din"] = schema => new DinModule(schema, [("recent", "item")], [6, 3], [7, 5]),
        ["mmoe"] = schema => new MmoeModule(schema, experts: 3, expertHidden: [7, 5], towerHidden: [6]),
        ["ple"] = schema => new PleModule(schema, levels: 2, ownExperts: 2, sharedExperts: 2, expertHidden: [7, 5], towerHidden: [6]),
    };

    private static IEnumerable<string> Files => Modules.Keys;

    [TestCaseSource(nameof(Files))]
    public void A_module_gives_what_another_implementation_gives(string file)
    {
        var numbers = OutsideNumbers.Read(file);
        var expected = numbers.Outputs["logits"];
        var schema = Schema(numbers, tasks: expected.Shape[1]);
        using var model = new TorchModel(schema, Modules[file](schema));
        numbers.Load(model);
        using var batch = new Batch(schema, numbers.Rows, seed: 1);
        numbers.Fill(batch);
        var logits = batch.Predict(model);
        Assert.That(expected.Shape, Is.EqualTo(new[] { numbers.Rows, schema.Tasks.Count }));
        for (var i = 0; i < logits.Length; i++)
            Assert.That(logits[i], Is.EqualTo(expected.Values[i]).Within(Tolerance * Math.Max(1, Math.Abs(expected.Values[i]))), $"{i}");
    }

    private static FeatureSchema Schema(OutsideNumbers numbers, int tasks)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("ids", row => row.Vector(4, new AdagradOptions(), new UniformInitializerOptions()));
        f.Slot("user", "ids");
        f.Slot("item", "ids");
        if (numbers.Inputs.TryGetValue("sequence/recent", out var recent))
            f.Sequence("recent", "ids", maxLength: recent.Shape[1], SequenceOrder.OldestFirst);
        for (var i = 0; i < tasks; i++) f.Task($"task{i}");
        f.Dense(2);
        return f.Build();
    }
}
