using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Streams.Sampling;

/// <summary>Decides about examples, and appends those that are kept. One reader's.</summary>
internal sealed class SubsampledRows
{
    private readonly SubsamplingOptions _options;
    private readonly LabelTask _task;
    private readonly LabelTask[] _others;
    private readonly SubsamplingKey _key;
    private readonly SubsamplingRates _rates;

    /// <param name="schema">The schema of the batches.</param>
    /// <param name="options">The options; not changed afterwards.</param>
    public SubsampledRows(FeatureSchema schema, SubsamplingOptions options)
    {
        // The one of this schema: the options' may be of an equal one.
        (_options, _task) = (options, schema.Tasks[options.Task!.Index]);
        _others = [.. schema.Tasks.Where(task => task.Index != _task.Index)];
        _key = new SubsamplingKey([.. options.KeySlots ?? schema.WrittenSlots], options.Seed);
        _rates = new SubsamplingRates(options);
    }

    /// <inheritdoc cref="SubsamplingRates.Begin" />
    public void Begin(ExampleBatch batch) => _rates.Begin(batch);

    /// <summary>Appends an example of the batch to another one, if it is kept.</summary>
    /// <exception cref="InvalidOperationException">It cannot be sampled.</exception>
    public void Take(ExampleBatch from, int row, ExampleBatch to)
    {
        var label = from.Labels(_task)[row];
        if (float.IsNaN(label))
        {
            to.Append(from, row);
            return;
        }
        if (label is not (0 or 1))
            throw new InvalidOperationException(
                $"An example has the label {label} of task '{_task.Name}'; 1 is a positive and 0 a negative, and nothing between is "
                + "sampled.");
        var (positive, negative) = _rates.Of(from, row);
        var rate = label == 1 ? positive : negative;
        if (label == 0 && positive != negative) RequireNoOther(from, row);
        if (rate < 1 && !IsKept(from, row, rate)) return;
        Append(from, row, to, rate, positive / negative);
    }

    private bool IsKept(ExampleBatch batch, int row, double rate)
    {
        if (batch.RequestIds[row] == 0 && batch.EventTimesMilliseconds[row] == 0)
            throw new InvalidOperationException(
                "An example has neither a request id nor an event time: all that have its ids would be kept or dropped together. "
                + $"Give one of them by {nameof(ExampleWriter)}.{nameof(ExampleWriter.At)}.");
        return _key.Draw(batch, row) < rate;
    }

    private void Append(ExampleBatch from, int row, ExampleBatch to, double rate, double odds)
    {
        var writer = to.BeginCopy(from, row);
        if (_options.Correction == SubsamplingCorrection.Weight)
            writer.Weight((float)Math.Min(float.MaxValue, from.Weights[row] / rate));
        else
        {
            writer.LogitOffset(_task, (float)(from.LogitOffsets(_task)[row] + ExactMath.Log(odds)));
            if (rate < 1) writer.KeepRate((float)Math.Max(float.Epsilon, (from.HasKeepRates ? from.KeepRates[row] : 1) * rate));
        }
        to.EndRow();
    }

    // Of the negatives that have its label fewer are left than of the positives: it would be learned of another stream.
    private void RequireNoOther(ExampleBatch batch, int row)
    {
        if (_options.Correction == SubsamplingCorrection.Weight) return;
        foreach (var other in _others)
        {
            if (float.IsNaN(batch.Labels(other)[row])) continue;
            throw new InvalidOperationException(
                $"A negative of task '{_task.Name}' has a label of task '{other.Name}' too, which the offset would not correct. "
                + $"Set {nameof(SubsamplingOptions.Correction)} to {nameof(SubsamplingCorrection.Weight)}.");
        }
    }
}
