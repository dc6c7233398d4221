using Monolith.Embeddings.Models;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Models;

public class ModelArgumentTests : LeakChecked
{
    [Test]
    public void Logits_are_written_into_memory_of_their_own([Values("lr", "fm", "deep")] string name)
    {
        // Three dense values and one task: the logits of three rows fit over each of the inputs.
        var fixture = new ModelFixture();
        fixture.Fill(3, seed: 5);
        using var model = ModelFixture.Create(name, fixture.Schema);
        fixture.Predict(model);
        var dense = fixture.Inputs.Dense.ToArray();
        var inputs = fixture.Inputs.Block(fixture.Vector).ToArray();
        AssertRefused(() => Predict(fixture.Inputs.Dense.Slice(6, 3)), "'inputs'");
        AssertRefused(() => Predict(fixture.Inputs.Block(fixture.Vector)[..3]), "'inputs'");
        fixture.Gradients.Resize(3);
        AssertRefused(() => Train(fixture.Inputs.Block(fixture.Bias)[..3]), "'inputs'");
        AssertRefused(() => Train(fixture.Gradients.Block(fixture.Bias)[..3]), "'gradients'");
        Assert.That(fixture.Inputs.Block(fixture.Vector).ToArray(), Is.EqualTo(inputs));
        Assert.That(fixture.Inputs.Dense.ToArray(), Is.EqualTo(dense));

        void Predict(Span<float> logits) => model.Predict(new PredictContext(fixture.Inputs, fixture.Examples, logits));

        void Train(Span<float> logits) => model.Train(new TrainContext(fixture.Inputs, fixture.Examples, fixture.Gradients, logits));
    }

    private static void AssertRefused(Action call, string input) =>
        Assert.That(() => call(), Throws.ArgumentException.With.Message.Contains("'logits'").And.Message.Contains(input));
}
