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
        var dense = fixture.Examples.Dense.ToArray();
        var inputs = fixture.Inputs.Array(fixture.Vector).ToArray();
        AssertRefused(() => model.Predict(fixture.Inputs, dense, dense.AsSpan(6, 3)), "'dense'");
        AssertRefused(() => model.Predict(fixture.Inputs, dense, fixture.Inputs.Block(fixture.Vector)[..3]), "'inputs'");
        AssertRefused(() => Train(fixture.Inputs.Block(fixture.Bias)[..3]), "'inputs'");
        fixture.Gradients.Resize(3);
        AssertRefused(() => Train(fixture.Gradients.Block(fixture.Bias)[..3]), "'gradients'");
        Assert.That(fixture.Inputs.Array(fixture.Vector), Is.EqualTo(inputs));
        Assert.That(dense, Is.EqualTo(fixture.Examples.Dense.ToArray()));

        void Train(Span<float> logits) => model.Train(fixture.Inputs, fixture.Examples, fixture.Gradients, logits);
    }

    private static void AssertRefused(Action call, string input) =>
        Assert.That(() => call(), Throws.ArgumentException.With.Message.Contains("'logits'").And.Message.Contains(input));
}
