using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Models.Heads;

/// <summary>Several tasks do not change one another, except by what they share.</summary>
public sealed class HeadTests
{
    private static readonly string[] Models = ["lr", "fm", "deep"];

    [Test]
    public void Tasks_that_are_not_named_have_no_logits([ValueSource(nameof(Models))] string name)
    {
        var fixture = new ModelFixture(tasks: 4);
        fixture.Fill(rows: 30, seed: 1);
        using var all = ModelFixture.Create(name, fixture.Schema);
        using var some = ModelFixture.Create(name, fixture.Schema, configure: o => o.Tasks = ["task3", "task1"]);
        Assert.That(all.Tasks, Is.EqualTo(fixture.Schema.Tasks));
        Assert.That(some.Tasks.Select(task => task.Name), Is.EqualTo(new[] { "task1", "task3" }));
        Assert.That(fixture.Predict(all), Has.None.NaN);
        var logits = fixture.Predict(some);
        fixture.Train(some);
        Assert.That(fixture.Logits, Is.EqualTo(logits));
        for (var i = 0; i < logits.Length; i++) Assert.That(float.IsNaN(logits[i]), Is.EqualTo(i % 4 is 0 or 2));
    }

    [Test]
    public void The_reported_task_is_the_first_learned_or_the_one_that_is_named()
    {
        var schema = new ModelFixture(tasks: 3).Schema;
        Assert.That(Reported(_ => { }), Is.EqualTo("task0"));
        Assert.That(Reported(o => o.Tasks = ["task2", "task1"]), Is.EqualTo("task1"));
        Assert.That(Reported(o => o.ReportedTask = "task2"), Is.EqualTo("task2"));

        string Reported(Action<OnlineModelOptions> configure)
        {
            using var model = ModelFixture.Create("lr", schema, configure: configure);
            return model.ReportedTask!.Name;
        }
    }

    /// <summary>Biases of their own, no vectors: nothing is shared, and each task learns what it learns in a model of its own.</summary>
    [Test]
    public void Tasks_that_share_nothing_learn_as_models_of_their_own([Values(0, 1)] int task)
    {
        FeedbackCorrection[] corrections = [FeedbackCorrection.None, FeedbackCorrection.FakeNegativeWeighting];
        var (fixture, own) = (new ModelFixture(corrections, biasHeads: 2), new ModelFixture([corrections[task]], biasHeads: 1));
        using var both = ModelFixture.Create("lr", fixture.Schema);
        using var alone = ModelFixture.Create("lr", own.Schema);
        for (var step = 0; step < 5; step++)
        {
            fixture.Fill(rows: 33, seed: step);
            fixture.Train(both);
            own.Inputs.Resize(33);
            for (var i = 0; i < 33 * own.Bias.Width; i++)
                own.Inputs.Block(own.Bias)[i] = fixture.Inputs.Block(fixture.Bias)[2 * i + task];
            own.Train(alone, Examples.OfOneTask(fixture, own, task), new float[33]);
        }
        var weights = alone.Graph.Parameters[0].Weights;
        Assert.That(weights, Is.EqualTo(both.Graph.Parameters[0].Weights.Where((_, i) => i % 2 == task)).Within(1e-5));
        Assert.That(weights, Is.Not.EqualTo(both.Graph.Parameters[0].Weights.Where((_, i) => i % 2 != task)).Within(1e-3));
    }

    [Test]
    public void A_missing_label_takes_its_task_alone_out_of_what_a_row_teaches([ValueSource(nameof(Models))] string name)
    {
        // Rows with one of two labels teach what rows with the other's label and those with none of them would teach apart.
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.DelayModel], biasHeads: 3);
        using var model = ModelFixture.Create(name, fixture.Schema, new SgdOptions { LearningRate = 1e-20f });
        fixture.Fill(rows: 25, seed: 2);
        var (both, none) = (Gradients(_ => true, _ => true), Gradients(_ => false, _ => false));
        var (first, second) = (Gradients(_ => true, _ => false), Gradients(_ => false, _ => true));
        var inputs = 25 * (fixture.Bias.Width + fixture.Vector.Width);
        Assert.That(none.Take(inputs), Is.All.EqualTo(0f));
        Assert.That(both, Is.EqualTo(first.Zip(second, (one, other) => one + other)).Within(1e-5));
        Assert.That(first, Is.Not.EqualTo(both).Within(1e-3));
        Assert.That(second, Is.Not.EqualTo(both).Within(1e-3));

        float[] Gradients(Func<int, bool> hasFirst, Func<int, bool> hasSecond)
        {
            var examples = Examples.WithLabels(fixture, (row, task) => task.Index == 0 ? hasFirst(row) : hasSecond(row));
            fixture.Train(model, examples, fixture.Logits);
            return [.. fixture.Gradients.Block(fixture.Bias), .. fixture.Gradients.Block(fixture.Vector),
                .. model.Graph.Parameters.SelectMany(p => p.Gradient)];
        }
    }

    [Test]
    public void A_batch_without_any_label_changes_nothing([ValueSource(nameof(Models))] string name)
    {
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.DelayModel], biasHeads: 1);
        using var model = ModelFixture.Create(name, fixture.Schema, new AdamOptions());
        fixture.Fill(rows: 25, seed: 2);
        fixture.Train(model);
        var before = model.Graph.Parameters.SelectMany(p => p.Weights.Concat(p.State)).ToArray();
        fixture.Train(model, Examples.WithLabels(fixture, (_, _) => false), fixture.Logits);
        Assert.That(model.Graph.Parameters.SelectMany(p => p.Weights.Concat(p.State)), Is.EqualTo(before));
        Assert.That((model.Step, model.NonFiniteRows), Is.EqualTo((1L, 0L)));
    }

    /// <summary>A row is lost for all tasks, whichever head is absurd; all others teach what they teach without it, to the bit.</summary>
    [Test]
    public void A_row_with_one_absurd_head_is_lost_for_all_tasks_and_alone(
        [ValueSource(nameof(Models))] string name, [Values(0, 1, 2)] int head, [Values(float.NaN, 3e38f, 2e6f)] float bad)
    {
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.DelayModel], biasHeads: 3);
        using var model = ModelFixture.Create(name, fixture.Schema);
        using var healthy = ModelFixture.Create(name, fixture.Schema);
        fixture.Fill(rows: 30, seed: 5);
        int[] badRows = [0, 7, 8, 29];
        foreach (var row in badRows) fixture.Inputs.Block(fixture.Bias)[row * fixture.Bias.Width + 3 + head] = bad;
        fixture.Train(model, Examples.WithLabels(fixture, (_, _) => true), fixture.Logits);
        AssertLost(fixture, badRows);
        Assert.That(model.NonFiniteRows, Is.EqualTo(4));
        foreach (var row in badRows) fixture.Inputs.Block(fixture.Bias)[row * fixture.Bias.Width + 3 + head] = 0;
        fixture.Train(healthy, Examples.WithLabels(fixture, (row, _) => !badRows.Contains(row)), fixture.Logits);
        Assert.That(model.Graph.Parameters.Select(p => p.Weights), Is.EqualTo(healthy.Graph.Parameters.Select(p => p.Weights)));
    }

    [Test]
    public void A_row_with_an_absurd_delay_or_weight_is_lost_for_all_tasks([ValueSource(nameof(Models))] string name, [Values] bool isDelay)
    {
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.DelayModel], biasHeads: 1);
        using var model = ModelFixture.Create(name, fixture.Schema);
        using var healthy = ModelFixture.Create(name, fixture.Schema);
        fixture.Fill(rows: 30, seed: 5);
        var absurd = Examples.WithLabels(fixture, (_, _) => true, spoiled: 4, isDelay);
        fixture.Train(model, absurd, fixture.Logits);
        AssertLost(fixture, [4]);
        Assert.That((model.NonFiniteRows, model.Step), Is.EqualTo((1L, 1L)));
        fixture.Train(healthy, Examples.WithLabels(fixture, (row, _) => row != 4), fixture.Logits);
        Assert.That(model.Graph.Parameters.Select(p => p.Weights), Is.EqualTo(healthy.Graph.Parameters.Select(p => p.Weights)));
    }

    /// <summary>Elements of interactions that a weight would overflow by are sought as inputs are.</summary>
    [Test]
    public void A_row_whose_interactions_spoil_their_weights_is_lost_alone()
    {
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.None], biasHeads: 2, denseWidth: 0);
        using var model = ModelFixture.Create("fm", fixture.Schema);
        fixture.Fill(rows: 12, seed: 5);
        // Two elements of opposite signs cancel out in the logit, but not in the weights' gradients.
        var vectors = fixture.Inputs.Block(fixture.Vector).Slice(3 * fixture.Vector.Width, fixture.Vector.Width);
        vectors.Clear();
        for (var field = 0; field < 2; field++) (vectors[4 * field], vectors[4 * field + 1]) = (1e8f, field == 0 ? 1e8f : -1e8f);
        fixture.Train(model, Examples.WithLabels(fixture, (_, _) => true, weightOf: row => row == 3 ? 1e5f : 1), fixture.Logits);
        AssertLost(fixture, [3]);
        Assert.That((model.NonFiniteRows, model.SkippedUpdates, model.Step), Is.EqualTo((1L, 0L, 1L)));
    }

    [Test]
    public void The_weight_of_a_task_scales_its_gradients_and_no_others([ValueSource(nameof(Models))] string name)
    {
        var fixture = new ModelFixture([FeedbackCorrection.None, FeedbackCorrection.None], biasHeads: 2);
        using var plain = ModelFixture.Create(name, fixture.Schema);
        using var weighted = ModelFixture.Create(name, fixture.Schema, configure: o => o.TaskWeights["task1"] = 4);
        fixture.Fill(rows: 30, seed: 5);
        fixture.Train(plain);
        var expected = fixture.Gradients.Block(fixture.Bias).ToArray();
        fixture.Train(weighted);
        Assert.That(Bits.Of(fixture.Gradients.Block(fixture.Bias).ToArray()),
            Is.EqualTo(Bits.Of([.. expected.Select((gradient, i) => i % 2 == 0 ? gradient : 4 * gradient)])));
    }

    [Test]
    public void Wrong_biases_are_refused_with_both_numbers()
    {
        var delayed = new[] { FeedbackCorrection.None, FeedbackCorrection.DelayModel };
        Refused(new ModelFixture(delayed, biasHeads: 2), "1, which the tasks share, or 3, one for each of 'task0', 'task1', 'log rate of "
            + "task1'; they have 'user' 2, 'item' 2, 'recent' 2.");
        Refused(new ModelFixture([FeedbackCorrection.None], biasHeads: 2), "one dimension in all slots: 1; they have 'user' 2");
        Assert.That(() => new ModelFixture(delayed, biasHeads: 0), Throws.InstanceOf<Exception>());

        static void Refused(ModelFixture fixture, string reason)
        {
            foreach (var name in Models)
                Assert.That(OptionFailures.Of(() => ModelFixture.Create(name, fixture.Schema)), Has.Some.Contains(reason));
        }
    }

    private static void AssertLost(ModelFixture fixture, int[] rows)
    {
        var (biases, vectors) = (fixture.Gradients.Block(fixture.Bias).ToArray(), fixture.Gradients.Block(fixture.Vector).ToArray());
        Assert.That(biases.Concat(vectors), Has.All.Matches<float>(float.IsFinite));
        var tasks = fixture.Schema.Tasks.Count;
        for (var row = 0; row < fixture.Inputs.Rows; row++)
        {
            Assert.That(fixture.Logits.AsSpan(row * tasks, tasks).ToArray().Count(float.IsNaN), Is.EqualTo(rows.Contains(row) ? tasks : 0));
            if (!rows.Contains(row)) continue;
            Assert.That(biases.Skip(row * fixture.Bias.Width).Take(fixture.Bias.Width), Is.All.EqualTo(0f));
            Assert.That(vectors.Skip(row * fixture.Vector.Width).Take(fixture.Vector.Width), Is.All.EqualTo(0f));
        }
    }
}
