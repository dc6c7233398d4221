using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>What holds for every optimizer.</summary>
public class OptimizerCatalogueTests
{
    private const int Dimension = 19, Steps = 40;

    [TestCaseSource(typeof(OptimizerCatalogue), nameof(OptimizerCatalogue.All))]
    public void Weights_and_state_saved_and_restored_in_the_middle_go_on_with_the_same_bits(OptimizerOptions options)
    {
        var (random, optimizer) = (new Random(5), options.Create());
        var (weights, state) = Born(optimizer, random);
        for (var step = 0; step < Steps; step++)
        {
            if (step % 10 == 9) (weights, state, optimizer) = ([.. weights], [.. state], options.Create());
            Apply(optimizer, weights, state, random, step);
        }
        var (throughoutRandom, throughoutOptimizer) = (new Random(5), options.Create());
        var (expected, expectedState) = Born(throughoutOptimizer, throughoutRandom);
        for (var step = 0; step < Steps; step++) Apply(throughoutOptimizer, expected, expectedState, throughoutRandom, step);
        Assert.That(Bits.Of([.. weights, .. state]), Is.EqualTo(Bits.Of([.. expected, .. expectedState])));
    }

    // At each step the scheduled one does what one of that step's constant rate would do.
    [TestCaseSource(typeof(OptimizerCatalogue), nameof(OptimizerCatalogue.Scheduled))]
    public void A_schedule_sets_the_rate_of_each_step_and_nothing_else(OptimizerOptions options)
    {
        var (random, optimizer, schedule, rate) = (new Random(6), options.Create(), options.Schedule!, options.LearningRate);
        var (weights, state) = Born(optimizer, random);
        for (var step = 0; step < Steps; step++)
        {
            (options.LearningRate, options.Schedule) = ((float)schedule.Rate(step, rate), null);
            float[] constantWeights = [.. weights], constantState = [.. state];
            var seed = random.Next();
            Apply(options.Create(), constantWeights, constantState, new Random(seed), step);
            Apply(optimizer, weights, state, new Random(seed), step);
            Assert.That(Bits.Of([.. weights, .. state]), Is.EqualTo(Bits.Of([.. constantWeights, .. constantState])), $"step {step}");
        }
    }

    [TestCaseSource(typeof(OptimizerCatalogue), nameof(OptimizerCatalogue.All))]
    public void A_gradient_changes_every_weight(OptimizerOptions options)
    {
        var row = new OptimizerSteps(options.Create(), new float[Dimension]);
        row.Step([.. Enumerable.Range(0, Dimension).Select(i => i % 2 == 0 ? 1f : -2f)]);
        Assert.That(row.Weights, Has.None.Zero);
    }

    private static (float[] Weights, float[] State) Born(Optimizer optimizer, Random random)
    {
        float[] weights = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
        var state = new float[optimizer.StateLength(Dimension)];
        optimizer.InitializeState(weights, state);
        return (weights, state);
    }

    private static void Apply(Optimizer optimizer, float[] weights, float[] state, Random random, long step)
    {
        float[] gradient = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.4f)];
        optimizer.Apply(weights, state, gradient, new OptimizerContext(id: 3, step, count: random.Next(1, 4)));
    }
}
