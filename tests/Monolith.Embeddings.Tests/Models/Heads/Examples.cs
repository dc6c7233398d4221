using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Models.Heads;

/// <summary>The examples of a fixture again, with some of their labels, or an absurd one among them.</summary>
internal static class Examples
{
    /// <param name="fixture">The fixture.</param>
    /// <param name="hasLabel">Whether a row has the label of a task; where the fixture's is missing, it is 0.</param>
    /// <param name="spoiled">A row with an absurd number; -1 for none.</param>
    /// <param name="isDelay">Whether that is a delay, and not the weight.</param>
    /// <param name="weightOf">The weight of a row; the fixture's where null.</param>
    public static ExampleBatch WithLabels(
        ModelFixture fixture, Func<int, LabelTask, bool> hasLabel, int spoiled = -1, bool isDelay = false,
        Func<int, float>? weightOf = null)
    {
        var (width, examples) = (fixture.Schema.DenseWidth, new ExampleBatch(fixture.Schema));
        for (var row = 0; row < fixture.Examples.Rows; row++)
        {
            var weight = weightOf?.Invoke(row) ?? fixture.Examples.Weights[row];
            var writer = examples.BeginExample().Weight(row != spoiled ? weight : isDelay ? 100 : 1e30f);
            for (var i = 0; i < width; i++) writer.Dense(i, fixture.Examples.Dense[row * width + i]);
            foreach (var task in fixture.Schema.Tasks)
            {
                var label = fixture.Examples.Labels(task)[row];
                writer.LogitOffset(task, fixture.Examples.LogitOffsets(task)[row]);
                if (hasLabel(row, task)) writer.Label(task, float.IsNaN(label) ? 0 : label);
                if (task.Correction != FeedbackCorrection.DelayModel) continue;
                var delay = fixture.Examples.Delays(task)[row];
                writer.Delay(task, row == spoiled && isDelay ? TimeSpan.MaxValue : TimeSpan.FromSeconds(float.IsNaN(delay) ? 60 : delay));
            }
            examples.EndRow();
        }
        return examples;
    }

    /// <summary>The examples with the label of one task, for another fixture that has no other.</summary>
    public static ExampleBatch OfOneTask(ModelFixture fixture, ModelFixture own, int task)
    {
        var (width, examples) = (fixture.Schema.DenseWidth, new ExampleBatch(own.Schema));
        for (var row = 0; row < fixture.Examples.Rows; row++)
        {
            var writer = examples.BeginExample().Weight(fixture.Examples.Weights[row]);
            for (var i = 0; i < width; i++) writer.Dense(i, fixture.Examples.Dense[row * width + i]);
            writer.Label(own.Schema.Tasks[0], fixture.Examples.Labels(fixture.Schema.Tasks[task])[row]);
            writer.LogitOffset(own.Schema.Tasks[0], fixture.Examples.LogitOffsets(fixture.Schema.Tasks[task])[row]);
            examples.EndRow();
        }
        examples.Dense.CopyTo(own.Inputs.Dense);
        return examples;
    }
}
