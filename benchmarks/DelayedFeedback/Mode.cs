using Monolith.Embeddings.Features;

namespace DelayedFeedback;

/// <summary>A way to learn from labels that come late.</summary>
/// <param name="Name">As the tables say it.</param>
/// <param name="Feedback">When an impression becomes an example.</param>
/// <param name="Window">For how many mean delays an action counts.</param>
/// <param name="Correction">How the task corrects for it.</param>
/// <param name="EmitsLate">Whether an action after the window makes a positive that is marked late.</param>
internal sealed record Mode(
    string Name, Feedback Feedback, double Window, FeedbackCorrection Correction = FeedbackCorrection.None, bool EmitsLate = false)
{
    /// <summary>Long enough for nearly all actions, short enough to miss many, and between them.</summary>
    private const double Long = 15, Short = 2, Medium = 5;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mode> All { get; } =
    [
        new("wait, long window", Feedback.Wait, Long),
        new("wait, short window", Feedback.Wait, Short),
        new("wait, short window, late positives", Feedback.Wait, Short, EmitsLate: true),
        new("early positive, long window", Feedback.EarlyPositive, Long),
        new("fake negative, not corrected", Feedback.FakeNegative, Long),
        new("fake negative, FNC", Feedback.FakeNegative, Long, FeedbackCorrection.FakeNegativeCalibration),
        new("fake negative, FNW", Feedback.FakeNegative, Long, FeedbackCorrection.FakeNegativeWeighting),
        new("delay model, short window", Feedback.EarlyPositive, Short, FeedbackCorrection.DelayModel),
        new("delay model, medium window", Feedback.EarlyPositive, Medium, FeedbackCorrection.DelayModel),
    ];

    /// <summary>What is served by a model that learned its stream exactly.</summary>
    /// <param name="rate">The true chance that the action ever comes.</param>
    /// <param name="within">The chance that it comes within the window, if it comes.</param>
    public double Served(double rate, double within)
    {
        if (Correction == FeedbackCorrection.DelayModel) return rate;
        if (Feedback == Feedback.FakeNegative)
            return Correction == FeedbackCorrection.None ? rate * within / (1 + rate * within) : rate * within;
        // The negative of a late positive is there as well.
        return EmitsLate ? rate / (1 + rate * (1 - within)) : rate * within;
    }
}
