using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Modes = Monolith.Embeddings.Streams.DelayedFeedback;

namespace DelayedFeedback;

/// <summary>What the library's joiner emits of a stream in each mode.</summary>
internal static class JoinedEmissions
{
    private const int RememberedDelays = 300;

    /// <summary>All emissions, in the order in which the joiner hands them on.</summary>
    public static Emission[] Of(SyntheticFeedbackStream stream, Mode mode, TimeSpan window) =>
        Task.Run(() => ReadAsync(stream, mode, window)).GetAwaiter().GetResult();

    private static async Task<Emission[]> ReadAsync(SyntheticFeedbackStream stream, Mode mode, TimeSpan window)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions()));
        var user = builder.Slot("user", "users");
        var action = builder.Task("action");
        var encoder = new ExampleEncoder<SyntheticImpression>(builder.Build(), (in SyntheticImpression shown, ExampleWriter writer) =>
            writer.Id(user, shown.User).At(shown.Time, shown.RequestId));
        using var joiner = new OnlineJoiner<long, SyntheticImpression, SyntheticAction>(
            JoinKeys.Int64, new(encoder, shown => shown.RequestId), new(action, done => done.RequestId, done => done.Time),
            OptionsOf(mode, window));
        joiner.AddImpressions("impressions", new SequenceLog<SyntheticImpression>(stream.ReadImpressions));
        joiner.AddActions("actions", new SequenceLog<SyntheticAction>(stream.ReadActions));
        var emissions = new List<Emission>();
        await foreach (var batch in joiner.ReadAsync(StreamPosition.Start, CancellationToken.None).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Rows; row++)
                    emissions.Add(EmissionOf(stream[batch.RequestIds[row]], mode, window, batch.Labels(action)[row], batch.IsLate[row]));
            }
        }
        return [.. emissions];
    }

    private static OnlineJoinerOptions OptionsOf(Mode mode, TimeSpan window) => new()
    {
        Window = window,
        BackwardWindow = TimeSpan.Zero,
        AllowedLateness = TimeSpan.Zero,
        RememberClosedFor = mode.EmitsLate
            ? Least(RememberedDelays * (window / mode.Window), OnlineJoinerOptions.LongestTime) : TimeSpan.Zero,
        // The stream may have gaps; its clocks are right.
        MaxJump = OnlineJoinerOptions.LongestTime,
        LateActions = mode.EmitsLate ? LateActions.Emit : LateActions.Drop,
        BatchSize = 1024,
        Feedback = (mode.Feedback, mode.Correction) switch
        {
            (Feedback.Wait, _) => Modes.Wait,
            (Feedback.FakeNegative, _) => Modes.FakeNegative,
            (_, FeedbackCorrection.DelayModel) => Modes.DelayModel,
            _ => Modes.EarlyPositive,
        },
    };

    private static Emission EmissionOf(in SyntheticImpression shown, Mode mode, TimeSpan window, float label, bool isLate)
    {
        var delay = label > 0 ? shown.ActionTime!.Value - shown.Time : window;
        return new(shown.RequestId, Emissions.TimeOf(in shown, mode.Feedback, label, isLate, window), label, delay, isLate);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
