using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// How impressions and actions are joined. Times are event times unless something else is said, in whole milliseconds: the rest of a time
/// span is cut off.
/// </summary>
public sealed class OnlineJoinerOptions : IValidatedOptions
{
    /// <summary>The largest batch: 65,536 examples.</summary>
    public const int MaxBatchSize = 65536;

    /// <summary>The most <see cref="JumpConfirmations"/>: 1,000.</summary>
    public const int MaxJumpConfirmations = 1000;

    /// <summary>The longest of all times: 400 days.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(400);

    /// <summary>The longest <see cref="MaxDelay"/>: one day.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>
    /// How long an impression waits for actions, both ends included; 0 to <see cref="LongestTime"/>. Default 10 minutes.
    /// </summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long before its impression an action may have happened by its clock, and so how long an action waits for its impression; 0 to
    /// <see cref="LongestTime"/>. Default 2 minutes.
    /// </summary>
    public TimeSpan BackwardWindow { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How far a record may lie behind the greatest event time of its own partition; what lies farther is late. Everything is processed so
    /// much later. 0 to <see cref="LongestTime"/>. Default 30 seconds.
    /// </summary>
    public TimeSpan AllowedLateness { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a key is remembered after the close of its window, so that a duplicate is not learned twice; from
    /// <see cref="BackwardWindow"/> to <see cref="LongestTime"/>. Default 10 minutes.
    /// </summary>
    public TimeSpan RememberClosedFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The label of a joined task without an action, where the encoder wrote none; 0 to 1, or null for not observed. Default 0.
    /// </summary>
    public float? DefaultLabel { get; set; } = 0;

    /// <summary>What the label is where several actions are of one task. Default <see cref="ActionAggregation.Earliest"/>.</summary>
    public ActionAggregation Aggregation { get; set; } = ActionAggregation.Earliest;

    /// <summary>When an impression becomes an example. Default <see cref="DelayedFeedback.Wait"/>.</summary>
    public DelayedFeedback Feedback { get; set; } = DelayedFeedback.Wait;

    /// <summary>What becomes of late actions. Default <see cref="LateActions.Drop"/>.</summary>
    public LateActions LateActions { get; set; } = LateActions.Drop;

    /// <summary>What becomes of a key's second impression. Default <see cref="RepeatedImpressions.Drop"/>.</summary>
    public RepeatedImpressions RepeatedImpressions { get; set; } = RepeatedImpressions.Drop;

    /// <summary>
    /// How far a record may lie ahead of the greatest event time of its own partition. One that lies farther is held until
    /// <see cref="JumpConfirmations"/> records in a row agree that the time has leapt. More than zero, up to <see cref="LongestTime"/>.
    /// Default 1 day.
    /// </summary>
    public TimeSpan MaxJump { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How many records of a partition must agree before a time is believed that is more than <see cref="MaxJump"/> from where the
    /// partition was; 2 to <see cref="MaxJumpConfirmations"/>. Default 8. They are held until then.
    /// </summary>
    /// <remarks>
    /// <para>
    /// At the start of a partition: so many lie within <see cref="MaxJump"/> of one another, or one lies so near the first record of
    /// another partition. Those that do not agree are dropped and counted.
    /// </para>
    /// <para>
    /// Far ahead: so many in a row. If one comes back to the old range first, what was held is dropped and counted.
    /// </para>
    /// <para>
    /// Far behind all that came since the last such leap: so many in a row show that the leap was wrong. The partition's greatest time is
    /// set back to theirs; what waits with the wrong times is dropped and counted, and what the joiner has processed meanwhile stays so:
    /// records up to there are late.
    /// </para>
    /// </remarks>
    public int JumpConfirmations { get; set; } = 8;

    /// <summary>
    /// How far a partition may be read ahead of the one that is the farthest behind; 0 to <see cref="LongestTime"/>. What was read ahead is
    /// in memory. Null (the default) is <see cref="AllowedLateness"/>, and a minute at least.
    /// </summary>
    public TimeSpan? MaxLead { get; set; }

    /// <summary>
    /// After how long a silence, by the clock, a partition no longer holds the others: it is taken to have come as far as the farthest of
    /// them, and what it brings later from before that is late. The result then depends on the clock: the source is not deterministic. Each
    /// decision is part of the commits (<see cref="OnlineJoinerStatus.Decisions"/>), so that a restart goes on from it; the promise is that
    /// each event is learned exactly once, or counted as late. More than zero, up to <see cref="LongestDelay"/>. Null (the default) waits
    /// for a record, or for a punctuation record in the stream.
    /// </summary>
    public TimeSpan? SilentAfter { get; set; }

    /// <summary>
    /// Whether a log that has ended is complete, so that it holds the others no more, and all windows are closed at the end. Else it holds
    /// them where it ended, and a later reading goes on. Default true.
    /// </summary>
    public bool CloseAtEnd { get; set; } = true;

    /// <summary>Examples a batch, 1 to <see cref="MaxBatchSize"/>. Default 64.</summary>
    public int BatchSize { get; set; } = 64;

    /// <summary>
    /// How long, by the clock, a batch that was begun may wait to be full, more than zero and at most <see cref="LongestDelay"/>. Null (the
    /// default) waits for full batches. Where the clock cuts batches, the source is not deterministic.
    /// </summary>
    public TimeSpan? MaxDelay { get; set; }

    /// <summary>
    /// Whether the caller promises that each log has the same records in the same order, whenever it is read. Default true.
    /// </summary>
    public bool IsDeterministic { get; set; } = true;

    /// <summary>Where impressions and actions are kept while they may still count.</summary>
    public JoinStoreOptions Store { get; set; } = new();

    /// <summary>
    /// Makes a store of one's own instead of <see cref="Store"/>: empty, and the joiner's, which disposes it. Default null.
    /// </summary>
    public Func<JoinStore>? CreateStore { get; set; }

    /// <summary>
    /// Receives events about records that are dropped since their times are wrong, and of decisions about partitions. Default null.
    /// </summary>
    public ILogger? Logger { get; set; }

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Require(errors, nameof(Window), Window, TimeSpan.Zero);
        Require(errors, nameof(BackwardWindow), BackwardWindow, TimeSpan.Zero);
        Require(errors, nameof(AllowedLateness), AllowedLateness, TimeSpan.Zero);
        Require(errors, nameof(RememberClosedFor), RememberClosedFor, TimeSpan.Zero);
        Require(errors, nameof(MaxJump), MaxJump, TimeSpan.FromMilliseconds(1));
        Require(errors, nameof(MaxLead), MaxLead ?? TimeSpan.Zero, TimeSpan.Zero);
        errors.Require(RememberClosedFor >= BackwardWindow, nameof(RememberClosedFor),
            $"{RememberClosedFor} is less than {nameof(BackwardWindow)}, {BackwardWindow}: an action that waits that long would find its "
            + "impression forgotten.");
        errors.Require(DefaultLabel is null or (>= 0 and <= 1), nameof(DefaultLabel),
            $"{DefaultLabel:R} is not 0 to 1; null is not observed.");
        errors.InRange(nameof(JumpConfirmations), JumpConfirmations, 2, MaxJumpConfirmations);
        errors.InRange(nameof(BatchSize), BatchSize, 1, MaxBatchSize);
        RequireDelay(errors, nameof(MaxDelay), MaxDelay);
        RequireDelay(errors, nameof(SilentAfter), SilentAfter);
        errors.Nested(nameof(Store), Store);
        CollectModeErrors(errors);
    }

    internal OnlineJoinerOptions Copy()
    {
        var copy = (OnlineJoinerOptions)MemberwiseClone();
        copy.Store = Store.Copy();
        return copy;
    }

    private void CollectModeErrors(OptionErrors errors)
    {
        errors.Require(Enum.IsDefined(Aggregation), nameof(Aggregation), $"{(int)Aggregation} is not a way to aggregate.");
        errors.Require(Enum.IsDefined(Feedback), nameof(Feedback), $"{(int)Feedback} is not a mode.");
        errors.Require(Enum.IsDefined(LateActions), nameof(LateActions), $"{(int)LateActions} is not a way to treat late actions.");
        errors.Require(Enum.IsDefined(RepeatedImpressions), nameof(RepeatedImpressions),
            $"{(int)RepeatedImpressions} is not a way to treat repeated impressions.");
        errors.Require(Feedback == DelayedFeedback.Wait || Aggregation == ActionAggregation.Earliest, nameof(Aggregation),
            $"{Aggregation} needs {nameof(Feedback)} {DelayedFeedback.Wait}: {Feedback} emits a label before later actions are known.");
    }

    private static void Require(OptionErrors errors, string name, TimeSpan time, TimeSpan least) =>
        errors.Require(time >= least && time <= LongestTime, name, $"{time} is not {least} to {LongestTime}.");

    private static void RequireDelay(OptionErrors errors, string name, TimeSpan? delay) =>
        errors.Require(delay is null || (delay > TimeSpan.Zero && delay <= LongestDelay), name,
            $"{delay} is not more than zero and at most {LongestDelay}; null waits.");
}
