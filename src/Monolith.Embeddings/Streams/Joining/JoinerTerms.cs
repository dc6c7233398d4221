using System.Globalization;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Streams.Joining;

/// <summary>The options that a joiner's state depends on.</summary>
internal static class JoinerTerms
{
    public static JoinTerms Of(OnlineJoinerOptions options, IEnumerable<LabelTask> tasks) => new(
    [
        Of(nameof(options.Window), Text(options.Window)),
        Of(nameof(options.BackwardWindow), Text(options.BackwardWindow)),
        Of(nameof(options.RememberClosedFor), Text(options.RememberClosedFor)),
        Of(nameof(options.Aggregation), options.Aggregation.ToString()),
        Of(nameof(options.Feedback), options.Feedback.ToString()),
        Of(nameof(options.LateActions), options.LateActions.ToString()),
        Of(nameof(options.RepeatedImpressions), options.RepeatedImpressions.ToString()),
        Of(JoinTerms.Tasks, string.Join(JoinTerms.Separator, tasks.Select(task => task.Name))),
    ]);

    /// <summary>Why a task cannot be learned from what a mode emits; null where it can.</summary>
    public static string? ProblemOf(LabelTask task, DelayedFeedback feedback)
    {
        var needed = task.Correction switch
        {
            FeedbackCorrection.FakeNegativeCalibration or FeedbackCorrection.FakeNegativeWeighting => DelayedFeedback.FakeNegative,
            FeedbackCorrection.DelayModel => DelayedFeedback.DelayModel,
            _ => feedback,
        };
        return needed == feedback ? null
            : $"The task '{task.Name}' corrects for {needed} ({task.Correction}), and the joiner emits by {feedback}: what is served would "
                + $"be wrong. Set {nameof(OnlineJoinerOptions)}.{nameof(OnlineJoinerOptions.Feedback)} to {needed}, or leave the "
                + "correction out.";
    }

    private static KeyValuePair<string, string> Of(string name, string value) => KeyValuePair.Create(name, value);

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
