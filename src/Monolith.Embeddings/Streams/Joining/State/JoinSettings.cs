namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>The options as the state machine uses them, times in milliseconds. Immutable.</summary>
/// <param name="options">Valid options.</param>
/// <param name="tasks">The indexes of the tasks that actions are labels of, each once.</param>
internal sealed class JoinSettings(OnlineJoinerOptions options, int[] tasks)
{
    /// <inheritdoc cref="OnlineJoinerOptions.Window" />
    public long Window { get; } = Milliseconds(options.Window);

    /// <inheritdoc cref="OnlineJoinerOptions.BackwardWindow" />
    public long Backward { get; } = Milliseconds(options.BackwardWindow);

    /// <inheritdoc cref="OnlineJoinerOptions.RememberClosedFor" />
    public long Remembered { get; } = Milliseconds(options.RememberClosedFor);

    /// <summary>How long an entry of the journal may still count for anything after its time.</summary>
    public long Horizon => Window + Remembered + Backward;

    /// <inheritdoc cref="OnlineJoinerOptions.Aggregation" />
    public ActionAggregation Aggregation { get; } = options.Aggregation;

    /// <summary>Whether a positive goes out when its action is processed.</summary>
    public bool EmitsActions { get; } = options.Feedback != DelayedFeedback.Wait;

    /// <summary>Whether a negative goes out with each impression.</summary>
    public bool EmitsImpressions { get; } = options.Feedback == DelayedFeedback.FakeNegative;

    /// <summary>Whether what has no action goes out at the close.</summary>
    public bool EmitsCloses { get; } = options.Feedback != DelayedFeedback.FakeNegative;

    /// <summary>Whether delays are written.</summary>
    public bool HasDelays { get; } = options.Feedback == DelayedFeedback.DelayModel;

    /// <summary>Whether an action after the close makes a late positive.</summary>
    public bool EmitsLateActions { get; } = options.LateActions == LateActions.Emit;

    /// <summary>Whether a key may have several impressions at a time.</summary>
    public bool IsList { get; } = options.RepeatedImpressions == RepeatedImpressions.List;

    /// <summary>The indexes of the tasks that are joined.</summary>
    public int[] Tasks { get; } = tasks;

    public static long Milliseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
