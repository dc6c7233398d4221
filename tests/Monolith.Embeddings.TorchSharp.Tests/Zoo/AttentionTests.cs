using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>What attention gives where a step may see nothing, or not all.</summary>
public class AttentionTests
{
    // The first step sees itself, the second nothing, the third all.
    private static readonly bool[] Seen = [true, false, false, false, false, false, true, true, true];

    [Test]
    public void A_step_that_may_see_nothing_gets_the_bias_alone_and_gives_no_gradient()
    {
        using var module = New();
        using var scope = NewDisposeScope();
        var values = rand(1, 3, 4).requires_grad_();
        var output = module.call(values, tensor(Seen).view(1, 3, 3)).select(1, 1);
        var bias = module.named_parameters().Single(p => p.name == "output.bias").parameter;
        Assert.That(Floats(output), Is.EqualTo(Floats(bias)));
        output.sum().backward();
        Assert.That(Floats(values.grad!), Has.All.Zero);
        foreach (var (name, parameter) in module.named_parameters().Where(p => !p.name.StartsWith("output", StringComparison.Ordinal)))
            Assert.That(Floats(parameter.grad!), Has.All.Zero, name);
    }

    [Test]
    public void A_step_gives_no_gradient_to_what_it_may_not_see()
    {
        using var module = New();
        using var scope = NewDisposeScope();
        var values = rand(1, 3, 4).requires_grad_();
        module.call(values, tensor(Seen).view(1, 3, 3)).select(1, 0).sum().backward();
        var gradient = Floats(values.grad!);
        Assert.That(gradient[..4], Has.Some.Not.Zero);
        Assert.That(gradient[4..], Has.All.Zero);
    }

    private static AttentionModule New()
    {
        using var generator = manual_seed(1);
        var module = new AttentionModule(4, heads: 2);
        foreach (var parameter in module.parameters()) nn.init.uniform_(parameter, -1, 1);
        return module;
    }

    private static float[] Floats(Tensor values) => [.. values.detach().contiguous().data<float>()];
}
