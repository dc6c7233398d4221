using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Models;

public class ModelOutputBlocksTests : LeakChecked
{
    [Test]
    public void Blocks_are_found_by_object_name_and_place_and_lie_apart()
    {
        var schema = new ModelFixture().Schema;
        using var model = new OutputModel(ModelFixture.Create("deep", schema));
        var blocks = new ModelOutputBlocks(model);
        blocks.Resize(4);
        for (var i = 0; i < blocks.Outputs.Count; i++) blocks.Block(i).Fill(i + 1);
        Assert.That(blocks.Outputs, Is.EqualTo(model.Outputs));
        Assert.That(blocks.Block("twice").ToArray(), Is.EqualTo(new float[] { 1, 1, 1, 1 }));
        Assert.That(blocks.Block(model.Outputs[1]).ToArray(), Is.EqualTo(Enumerable.Repeat(2f, 12)));
        using var like = new OutputModel(ModelFixture.Create("deep", schema));
        Assert.That(blocks.Block(like.Outputs[0]).ToArray(), Is.All.EqualTo(1), "another instance declares the same");
    }

    [Test]
    public void What_is_not_there_is_refused_with_what_is()
    {
        using var model = Model();
        using var other = Model(width: 2);
        var blocks = new ModelOutputBlocks(model);
        Assert.That(() => blocks.Block(other.Outputs[1]),
            Throws.ArgumentException.With.Message.Contains("'sum' of 2").And.Message.Contains("'sum' of 3"));
        Assert.That(
            () => blocks.Block("user"), Throws.InstanceOf<KeyNotFoundException>().With.Message.Contains("'twice' of 1, 'sum' of 3"));
        Assert.That(() => blocks.Block(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_context_refuses_outputs_of_another_model_and_logits_that_share_their_memory()
    {
        var fixture = new ModelFixture();
        fixture.Fill(3, seed: 5);
        using var model = new OutputModel(ModelFixture.Create("deep", fixture.Schema));
        using var other = new OutputModel(ModelFixture.Create("deep", fixture.Schema), width: 2);
        var (blocks, logits) = (new ModelOutputBlocks(other), new float[3]);
        logits.AsSpan().Fill(7);
        Assert.That(() => Predict(logits), Throws.ArgumentException.With.Message.Contains("0 rows"));
        blocks.Resize(3);
        Assert.That(() => Predict(logits), Throws.ArgumentException.With.Message.Contains("'sum' of 2"));
        fixture.Gradients.Resize(3);
        Assert.That(() => Train(logits), Throws.ArgumentException.With.Message.Contains("'sum' of 2"));
        Assert.That(() => Predict(blocks.Block("twice")), Throws.ArgumentException.With.Message.Contains("'outputs'"));
        Assert.That(() => Train(blocks.Block("twice")), Throws.ArgumentException.With.Message.Contains("'outputs'"));
        Assert.That(logits, Is.All.EqualTo(7));

        void Predict(Span<float> to) =>
            model.Predict(new PredictContext(fixture.Inputs, fixture.Examples, to) { Outputs = blocks });

        void Train(Span<float> to) =>
            model.Train(new TrainContext(fixture.Inputs, fixture.Examples, fixture.Gradients, to) { Outputs = blocks });
    }

    [Test]
    public void A_declaration_that_cannot_be_used_is_refused()
    {
        var (schema, other) = (new ModelFixture().Schema, new ModelFixture(tasks: 2).Schema);
        using var twice = new Declaring(schema, new ModelOutput("a", 1), new ModelOutput("b", 1), new ModelOutput("a", 2));
        Assert.That(() => new ModelOutputBlocks(twice), Throws.ArgumentException.With.Message.Contains("'a' twice"));
        using var foreign = new Declaring(schema, new ModelOutput("a", 1, other.Tasks[1]));
        Assert.That(() => new ModelOutputBlocks(foreign), Throws.ArgumentException.With.Message.Contains("another schema"));
    }

    private static OutputModel Model(int width = 3) => new(ModelFixture.Create("deep", new ModelFixture().Schema), width);

    private sealed class Declaring(FeatureSchema schema, params ModelOutput[] outputs) : OnlineModel
    {
        public override string Name => "declaring";

        public override FeatureSchema Schema => schema;

        public override IReadOnlyList<ModelOutput> Outputs => outputs;

        public override void Predict(in PredictContext context) => throw new NotSupportedException();

        public override void Train(in TrainContext context) => throw new NotSupportedException();

        public override void Save(ModelSections sections) => throw new NotSupportedException();

        public override void Load(ModelSections sections) => throw new NotSupportedException();
    }
}
