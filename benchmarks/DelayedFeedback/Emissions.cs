using Monolith.Embeddings.Datasets;

namespace DelayedFeedback;

/// <summary>What each mode emits of a stream, from the definitions alone: what a joiner is compared with.</summary>
internal static class Emissions
{
    /// <summary>All emissions, in the order of their times, and of the impressions at one time.</summary>
    public static Emission[] Of(SyntheticFeedbackStream stream, Mode mode, TimeSpan window)
    {
        var emissions = new List<Emission>();
        foreach (var impression in stream.ReadImpressions()) Add(emissions, in impression, mode, window);
        return [.. emissions.OrderBy(e => e.Time).ThenBy(e => e.RequestId).ThenBy(e => e.Label)];
    }

    /// <summary>When an example of an impression goes out.</summary>
    public static long TimeOf(in SyntheticImpression impression, Feedback feedback, float label, bool isLate, TimeSpan window)
    {
        var isAction = isLate || (label > 0 && feedback != Feedback.Wait);
        var time = isAction ? impression.ActionTime!.Value : feedback == Feedback.FakeNegative ? impression.Time : impression.Time + window;
        return time.ToUnixTimeMilliseconds();
    }

    private static void Add(List<Emission> emissions, in SyntheticImpression impression, Mode mode, TimeSpan window)
    {
        var delay = impression.ActionTime - impression.Time;
        // Both ends of a window belong to it.
        var isWithin = delay <= window;
        if (mode.Feedback == Feedback.FakeNegative || !isWithin) Add(emissions, in impression, mode, window, label: 0, window);
        if (isWithin) Add(emissions, in impression, mode, window, label: 1, delay!.Value);
        else if (delay is { } late && mode.EmitsLate) Add(emissions, in impression, mode, window, label: 1, late, isLate: true);
    }

    private static void Add(
        List<Emission> emissions, in SyntheticImpression impression, Mode mode, TimeSpan window, float label, TimeSpan delay,
        bool isLate = false)
    {
        var time = TimeOf(in impression, mode.Feedback, label, isLate, window);
        emissions.Add(new Emission(impression.RequestId, time, label, delay, isLate));
    }
}
