using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Sampling;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>Learns from a part of the examples, and corrects for the rest.</summary>
/// <example>
/// <code>
/// // One negative in ten; the offset corrects for the others.
/// var sampled = source.Subsampled(new SubsamplingOptions { Task = click, NegativeRate = 0.1, Seed = 42 });
///
/// // All of the new users, few of the others.
/// var byUser = source.Subsampled(new SubsamplingOptions
/// {
///     Task = click,
///     Negatives = (in ExampleView example) => newUsers.Contains(example.Ids(user)[0]) ? 1 : 0.02,
/// });
/// </code>
/// </example>
public static class Subsampling
{
    /// <summary>
    /// This source, with some of its examples dropped and the others corrected, so that what is served is the probability in the whole
    /// stream, with nothing to remember. Batches are as full as those of any source; a position resumes at the example after the batch.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Whether an example is kept depends on its key and the seed alone: a hash of its request id, its event time and the ids of its slots,
    /// in their order, is compared with pi. So the decision on an event is the same in two streams and after a restart, and an example that
    /// is kept at a rate is kept at every greater one. Labels, weights and dense features are no part of the key. An example with neither a
    /// request id nor an event time is refused: all that are equal would be kept or dropped together.
    /// </para>
    /// <para>
    /// Labels are 1 (positive), 0 (negative) or NaN; an example without a label of the task is kept as it is, and one with a label in
    /// between is refused.
    /// </para>
    /// <para>
    /// With pi1(x) and pi0(x) the probabilities with which a positive and a negative are kept, p(x) : 1 - p(x) becomes p(x) pi1(x) :
    /// (1 - p(x)) pi0(x) in what is left. So every example gets the logit offset ln(pi1(x) / pi0(x)): a model that trains on sigmoid(f(x) +
    /// offset) serves sigmoid(f(x)) = p(x). Where all positives are kept, that is -ln pi0(x) (Wang, Zhang and Wang 2021, arXiv 2110.13048).
    /// It is added to an offset that is there already. The same holds of streams of fake negatives, whose log-odds are those of b; the
    /// delay model takes <see cref="SubsamplingCorrection.Weight"/> alone.
    /// </para>
    /// <para>
    /// An offset corrects one task. Labels of other tasks are right where they are observed on positives alone, as a purchase is after a
    /// click; a negative with a label of another task ends the reading, unless both classes are kept at the same rate. With
    /// <see cref="SubsamplingCorrection.Weight"/> all tasks are right.
    /// </para>
    /// <para>
    /// Each example that is kept says with what probability (<see cref="ExampleBatch.KeepRates"/>), so that metrics are those of the whole
    /// stream; with <see cref="SubsamplingCorrection.Weight"/> its weight does. Put the stage behind a shuffle and before a log and epochs.
    /// </para>
    /// </remarks>
    /// <param name="source">The whole stream.</param>
    /// <param name="options">Which examples are kept. Copied: later changes do not reach the source.</param>
    /// <param name="timeProvider">The clock of <see cref="SubsamplingOptions.MaxDelay"/>; the system's where null.</param>
    /// <returns>
    /// The source to train from. It goes on at positions of <paramref name="source"/> too, so that a stream may get the stage between two
    /// runs. Its batches end with an <see cref="ExampleSourceException"/> where an example is refused.
    /// </returns>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    /// <exception cref="ArgumentException">
    /// The task or a slot is not of the source's schema; the task learns delays, which no offset fits; the source has a state and does
    /// not keep it long enough (<see cref="ExampleSource.KeepStatesFrom"/>); or it is sampled with the same seed already.
    /// </exception>
    public static ExampleSource Subsampled(this ExampleSource source, SubsamplingOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        OptionErrors.ThrowIfInvalid(options);
        options = options.Copy();
        var task = options.Task!;
        source.Schema.RequireOwn(task);
        foreach (var slot in options.KeySlots ?? [])
        {
            source.Schema.RequireOwn(slot);
            if (!slot.IsDerived) continue;
            throw new ArgumentException($"{nameof(options.KeySlots)} names '{slot.Name}', which is derived; name slots that are written.");
        }
        if (task.Correction == FeedbackCorrection.DelayModel && options.Correction == SubsamplingCorrection.LogitOffset)
        {
            throw new ArgumentException(
                $"Task '{task.Name}' has the correction {FeedbackCorrection.DelayModel}, whose negatives are not logistic: no logit offset "
                + $"corrects for those that are dropped. Set {nameof(SubsamplingOptions.Correction)} to "
                + $"{nameof(SubsamplingCorrection.Weight)}.", nameof(options));
        }
        if (!source.KeepStatesFrom(StreamPosition.Start))
        {
            throw new ArgumentException(
                $"The source has a state, and does not keep it over as many batches as one sampled batch may be made of "
                + $"({nameof(ExampleSource)}.{nameof(ExampleSource.KeepStatesFrom)}). Write its examples to a log, and sample that.",
                nameof(source));
        }
        if (source is SubsampledSource sampled && sampled.Seed == options.Seed)
        {
            throw new ArgumentException(
                $"The source is sampled with the seed {options.Seed} already: both samplers would keep the same examples, and the second "
                + "would correct for what it does not drop. Give each a seed of its own.", nameof(options));
        }
        return new SubsampledSource(source, options, timeProvider ?? TimeProvider.System);
    }
}
