using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Optimizers.Rules;

/// <summary>A logistic regression on few of many sparse features, each a weight under FTRL.</summary>
public class FtrlSparsityTests
{
    private const int Features = 40, Informative = 4, Examples = 2000, FeaturesOfAnExample = 5;

    // A first weight of 0.3 is held by beta / lr = 20 times itself, which l1 must overcome to pull it to 0.
    [Test]
    public void It_is_the_minimizer_of_its_objective_and_exactly_zero_on_noise(
        [Values(0f, 0.3f, -0.3f)] float birth, [Values(0f, 0.5f)] float l2)
    {
        var options = new FtrlOptions { L1 = 24, L2 = l2, InitialAccumulator = 0.25f };
        var row = new OptimizerSteps(options.Create(), [.. Enumerable.Repeat(birth, Features)]);
        FtrlObjective[] objectives = [.. Enumerable.Range(0, Features).Select(_ =>
            new FtrlObjective(birth, options.LearningRate, options.Beta, options.InitialAccumulator, options.L1, options.L2))];
        var random = new Random(17);
        for (var example = 0; example < Examples; example++)
        {
            var gradient = Gradient(random, row.Weights);
            for (var i = 0; i < Features; i++) objectives[i].Add(row.Weights[i], gradient[i]);
            row.Step(gradient);
            if (example % 400 == 399) AssertMinimal(row.Weights, objectives, example);
        }
        Assert.That(row.Weights[..Informative], Has.All.Matches<float>(w => Math.Abs(w) > 0.1f), "informative weights");
        Assert.That(row.Weights[Informative..], Has.All.Zero, "weights of noise");
    }

    private static void AssertMinimal(float[] weights, FtrlObjective[] objectives, int example)
    {
        for (var i = 0; i < Features; i++)
        {
            var expected = objectives[i].Minimizer();
            Assert.That(weights[i], Is.EqualTo(expected).Within(1e-5), $"weight {i} after example {example}");
        }
    }

    /// <summary>Of the log loss of one example whose click depends on the informative features alone.</summary>
    private static float[] Gradient(Random random, float[] weights)
    {
        var (gradient, logit, truth) = (new float[Features], 0.0, 0.0);
        int[] active =
            [.. Enumerable.Range(0, FeaturesOfAnExample).Select(_ => random.Next(Features)).Distinct(), random.Next(Informative)];
        foreach (var feature in active.Distinct())
        {
            logit += weights[feature];
            truth += feature < Informative ? feature % 2 == 0 ? 3 : -3 : 0;
        }
        var label = random.NextDouble() < 1 / (1 + Math.Exp(-truth)) ? 1 : 0;
        foreach (var feature in active) gradient[feature] = (float)(1 / (1 + Math.Exp(-logit)) - label);
        return gradient;
    }
}
