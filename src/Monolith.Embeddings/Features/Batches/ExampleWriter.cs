using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Features;

/// <summary>
/// Writes one example of an <see cref="ExampleBatch"/>: the calls of <see cref="FeatureWriter"/> and the labels, weight and time. What
/// is not said has its default: label not observed, weight 1, logit offset 0, time 0. Valid until the row ends.
/// </summary>
public readonly ref struct ExampleWriter
{
    private readonly ExampleBatch _batch;
    private readonly FeatureWriter _features;

    internal ExampleWriter(ExampleBatch batch)
    {
        _batch = batch;
        _features = new FeatureWriter(batch);
    }

    /// <summary>The batch whose row is open, for code that writes rows by other means.</summary>
    internal ExampleBatch OpenBatch => Batch;

    private ExampleBatch Batch
    {
        get
        {
            _features.RequireOpen();
            return _batch;
        }
    }

    /// <inheritdoc cref="FeatureWriter.Id(FeatureSlot, long)" />
    public ExampleWriter Id(FeatureSlot slot, long id) => After(_features.Id(slot, id));

    /// <inheritdoc cref="FeatureWriter.Id(FeatureSlot, long, float)" />
    public ExampleWriter Id(FeatureSlot slot, long id, float weight) => After(_features.Id(slot, id, weight));

    /// <inheritdoc cref="FeatureWriter.Text(FeatureSlot, ReadOnlySpan{char})" />
    public ExampleWriter Text(FeatureSlot slot, ReadOnlySpan<char> text) => After(_features.Text(slot, text));

    /// <inheritdoc cref="FeatureWriter.Ids(FeatureSlot, ReadOnlySpan{long})" />
    public ExampleWriter Ids(FeatureSlot slot, ReadOnlySpan<long> ids) => After(_features.Ids(slot, ids));

    /// <inheritdoc cref="FeatureWriter.Ids(FeatureSlot, ReadOnlySpan{long}, ReadOnlySpan{float})" />
    public ExampleWriter Ids(FeatureSlot slot, ReadOnlySpan<long> ids, ReadOnlySpan<float> weights) =>
        After(_features.Ids(slot, ids, weights));

    /// <inheritdoc cref="FeatureWriter.Step(FeatureSlot, long, ReadOnlySpan{float})" />
    public ExampleWriter Step(FeatureSlot slot, long id, params ReadOnlySpan<float> values) => After(_features.Step(slot, id, values));

    /// <inheritdoc cref="FeatureWriter.Steps(FeatureSlot, ReadOnlySpan{long}, ReadOnlySpan{float})" />
    public ExampleWriter Steps(FeatureSlot slot, ReadOnlySpan<long> ids, ReadOnlySpan<float> values) =>
        After(_features.Steps(slot, ids, values));

    /// <inheritdoc cref="FeatureWriter.Dense(int, float)" />
    public ExampleWriter Dense(int index, float value) => After(_features.Dense(index, value));

    /// <inheritdoc cref="FeatureWriter.Number(NumberColumn, float)" />
    public ExampleWriter Number(NumberColumn column, float value) => After(_features.Number(column, value));

    /// <summary>Sets the label of a task.</summary>
    /// <param name="task">A task of the batch's schema.</param>
    /// <param name="value">0 to 1, or NaN for not observed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public ExampleWriter Label(LabelTask task, float value)
    {
        if (value is < 0 or > 1)
            throw OutOfRange.Of(nameof(value), value, $"The label of task '{task.Name}' is 0 to 1, or NaN where it was not observed.");
        Batch.WriteLabel(task, value);
        return this;
    }

    /// <summary>Sets the label of a task to 1 or 0.</summary>
    /// <param name="task">A task of the batch's schema.</param>
    /// <param name="value">Whether it happened.</param>
    public ExampleWriter Label(LabelTask task, bool value) => Label(task, value ? 1f : 0f);

    /// <summary>Sets the importance of the example; its loss and gradient are multiplied by it.</summary>
    /// <param name="value">Finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public ExampleWriter Weight(float value)
    {
        if (!(value >= 0 && float.IsFinite(value)))
            throw OutOfRange.Of(nameof(value), value, "The weight of an example is finite and not negative.");
        Batch.WriteWeight(value);
        return this;
    }

    /// <summary>Sets what is added to a task's logit in training alone, see <see cref="ExampleBatch.LogitOffsets"/>.</summary>
    /// <param name="task">A task of the batch's schema.</param>
    /// <param name="value">A finite number of log-odds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or infinite.</exception>
    public ExampleWriter LogitOffset(LabelTask task, float value)
    {
        if (!float.IsFinite(value)) throw OutOfRange.Of(nameof(value), value, $"The logit offset of task '{task.Name}' is finite.");
        Batch.WriteLogitOffset(task, value);
        return this;
    }

    /// <summary>Sets how long after the example what its label tells happened, see <see cref="ExampleBatch.Delays"/>.</summary>
    /// <param name="task">A task of the batch's schema.</param>
    /// <param name="delay">Zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public ExampleWriter Delay(LabelTask task, TimeSpan delay)
    {
        if (delay < TimeSpan.Zero) throw OutOfRange.Of(nameof(delay), delay, $"The delay of task '{task.Name}' is not negative.");
        Batch.WriteDelay(task, (float)delay.TotalSeconds);
        return this;
    }

    /// <summary>Says how the example was served.</summary>
    /// <param name="served">
    /// What is known of it. A position that is known becomes the id of the schema's slots of places (<see cref="FeatureSlot.IsPosition"/>).
    /// </param>
    /// <exception cref="ArgumentException">A number of it lies outside.</exception>
    public ExampleWriter Served(in ServedAs served)
    {
        if (served.Problem is { } problem) throw new ArgumentException(problem, nameof(served));
        Batch.WriteServed(served);
        return this;
    }

    /// <summary>Says what was predicted when the example was served, see <see cref="ExampleBatch.ServedPredictions"/>.</summary>
    /// <param name="task">A task of the batch's schema.</param>
    /// <param name="probability">0 to 1, or NaN for not known.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability lies outside.</exception>
    public ExampleWriter ServedPrediction(LabelTask task, float probability)
    {
        if (probability is < 0 or > 1)
        {
            throw OutOfRange.Of(nameof(probability), probability,
                $"What was predicted for task '{task.Name}' is 0 to 1, or NaN where it is not known.");
        }
        Batch.WriteServedPrediction(task, probability);
        return this;
    }

    /// <summary>
    /// Says that the example came after its time: it is learned from, and not scored. See <see cref="ExampleBatch.IsLate"/>.
    /// </summary>
    public ExampleWriter Late()
    {
        Batch.WriteLate();
        return this;
    }

    /// <summary>
    /// Says with what probability sampling kept the example, where a logit offset corrects for what it dropped: see
    /// <see cref="ExampleBatch.KeepRates"/>.
    /// </summary>
    /// <param name="value">More than 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public ExampleWriter KeepRate(float value)
    {
        if (!(value > 0 && value <= 1))
            throw OutOfRange.Of(nameof(value), value, "The probability with which an example was kept is more than 0 and at most 1.");
        Batch.WriteKeepRate(value);
        return this;
    }

    /// <summary>Sets when the example happened.</summary>
    /// <param name="eventTimeMilliseconds">Milliseconds since the Unix epoch; 0 where it is not known.</param>
    /// <param name="requestId">The id of the request that it came from, 0 where there is none.</param>
    public ExampleWriter At(long eventTimeMilliseconds, long requestId = 0)
    {
        Batch.WriteTime(eventTimeMilliseconds, requestId);
        return this;
    }

    /// <summary>Sets when the example happened.</summary>
    /// <param name="eventTime">
    /// The time, rounded down to milliseconds; <see cref="DateTimeOffset.UnixEpoch"/> where it is not known.
    /// </param>
    /// <param name="requestId">The id of the request that it came from, 0 where there is none.</param>
    public ExampleWriter At(DateTimeOffset eventTime, long requestId = 0) => At(eventTime.ToUnixTimeMilliseconds(), requestId);

    /// <summary>
    /// Leaves the record out that an <see cref="ExampleEncoder{TRecord}"/> writes: it makes no example, no matter what else is written of
    /// it. The source counts it (<c>ExampleSource.SkippedRecords</c>).
    /// </summary>
    public void Skip() => Batch.Skip();

    private ExampleWriter After(FeatureWriter _) => this;
}
