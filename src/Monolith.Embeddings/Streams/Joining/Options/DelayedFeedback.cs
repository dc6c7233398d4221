namespace Monolith.Embeddings.Streams;

/// <summary>
/// When an impression becomes an example. Each mode trades the delay of what is learned against a bias. Where a schema has several tasks,
/// what is said here holds for each task of an impression by itself: a label that goes out early goes out with the other tasks not
/// observed.
/// </summary>
public enum DelayedFeedback
{
    /// <summary>
    /// Each impression gives one example, at the close of its window. No bias; what is learned is a window old.
    /// </summary>
    Wait,

    /// <summary>
    /// The positive goes out as soon as the action is processed, and the negative at the close; each impression gives one example. After a
    /// start or a rise of traffic the model sees more positives than there are, since negatives come a window later. Needs
    /// <see cref="ActionAggregation.Earliest"/>.
    /// </summary>
    EarlyPositive,

    /// <summary>
    /// A negative goes out at once, and a positive as well when the action is processed. Nothing waits; the model learns p / (1 + p) for a
    /// true rate p, which the loss or the serving side has to correct. Needs <see cref="ActionAggregation.Earliest"/>.
    /// </summary>
    FakeNegative,

    /// <summary>
    /// As <see cref="EarlyPositive"/>, and each label carries its delay: of a positive the seconds from the impression to the action, of a
    /// negative the seconds that were waited. For a loss that models the delay. Needs <see cref="ActionAggregation.Earliest"/>.
    /// </summary>
    DelayModel,
}
