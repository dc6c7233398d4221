using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Models.Losses;

namespace Monolith.Embeddings.Models.Graph;

/// <summary>
/// The gradient of each head of some rows: of task weight times example weight times loss, summed over the tasks. A task without a label in
/// a row has no loss there. A row is lost for all tasks where a head is absurd, or a gradient of one: they share their inputs.
/// </summary>
internal static class HeadLosses
{
    public static void ComputeDeltas(ModelHeads heads, Workspace space, int start, int end)
    {
        space.HasLoss.AsSpan(start, end - start).Clear();
        foreach (var head in heads.Tasks)
        {
            // Chosen once for all rows.
            switch (head.Task.Correction)
            {
                case FeedbackCorrection.DelayModel:
                    ComputeDelays(head, space, start, end);
                    break;
                case FeedbackCorrection.FakeNegativeWeighting:
                    Compute<WeightedNegativesRule>(head, space, start, end);
                    break;
                default:
                    Compute<LogLossRule>(head, space, start, end);
                    break;
            }
        }
    }

    private static void Compute<TRule>(TaskHead head, Workspace space, int start, int end)
        where TRule : struct, IFeedbackRule
    {
        var labels = space.Examples.Labels(head.Task);
        var offsets = space.Examples.LogitOffsets(head.Task);
        var weights = space.Examples.Weights;
        for (var row = start; row < end; row++)
        {
            var place = row * space.Heads + head.Logit;
            if (AbsurdLoss.Is(space.Logits[place])) space.Lose(row);
            else if (float.IsNaN(labels[row])) space.Deltas[place] = 0;
            else
            {
                var gradient = TRule.Gradient(space.Logits[place], offsets[row], labels[row]);
                space.Deltas[place] = (float)(head.Weight * weights[row] * gradient);
                space.HasLoss[row] = true;
                if (IsAbsurd(space.Deltas[place])) space.Lose(row);
            }
        }
    }

    // Offsets do not fit it, and are not looked at.
    private static void ComputeDelays(TaskHead head, Workspace space, int start, int end)
    {
        var labels = space.Examples.Labels(head.Task);
        var delays = space.Examples.Delays(head.Task);
        var weights = space.Examples.Weights;
        var perSecond = DelayModelLoss.PerSecond(head.Task.DelayUnit);
        for (var row = start; row < end; row++)
        {
            var (logit, logRate) = (row * space.Heads + head.Logit, row * space.Heads + head.LogRate);
            if (AbsurdLoss.Is(space.Logits[logit]) || AbsurdLoss.Is(space.Logits[logRate])) space.Lose(row);
            else if (float.IsNaN(labels[row])) (space.Deltas[logit], space.Deltas[logRate]) = (0, 0);
            else
            {
                var label = DelayModelLoss.Of(space.Logits[logit], space.Logits[logRate], labels[row], delays[row], perSecond);
                var weight = head.Weight * weights[row];
                (space.Deltas[logit], space.Deltas[logRate]) = ((float)(weight * label.ByLogit), (float)(weight * label.ByRate));
                space.HasLoss[row] = true;
                if (AbsurdLoss.Is(label) || IsAbsurd(space.Deltas[logit]) || IsAbsurd(space.Deltas[logRate])) space.Lose(row);
            }
        }
    }

    private static bool IsAbsurd(float gradient) => !(MathF.Abs(gradient) <= AbsurdLoss.LargestGradient);
}
