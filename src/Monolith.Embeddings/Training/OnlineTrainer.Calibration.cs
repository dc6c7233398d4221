using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models.Calibration;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    private float[] _uncorrected = [];

    /// <summary>
    /// How well the model alone predicted each task, without the correction behind it, for comparison with <see cref="Metrics"/>, which
    /// score what is served; null without <see cref="OnlineTrainerOptions.Calibration"/>.
    /// </summary>
    public ProgressiveMetrics? UncorrectedMetrics { get; }

    // What was served says nothing of the model alone.
    private static MetricsOptions OwnMetrics(OnlineTrainerOptions options)
    {
        var own = options.Metrics.Copy();
        own.AsServed = false;
        return own;
    }

    private static void RequireCorrectable(OnlineTrainerOptions options, FeatureSchema schema)
    {
        if (options.Calibration is null) return;
        LabelTask[] delayed = [.. schema.Tasks.Where(task => task.Correction == FeedbackCorrection.DelayModel)];
        if (delayed.Length == 0) return;
        throw new NotSupportedException(
            $"{nameof(OnlineTrainerOptions.Calibration)} corrects a logit by labels that are final, but the negatives of "
            + $"{string.Join(", ", delayed.Select(task => $"'{task.Name}'"))} are so by their delays "
            + $"({nameof(FeedbackCorrection.DelayModel)}). Leave it null, or choose another {nameof(LabelTaskOptions.Correction)}.");
    }

    // Predicts with what was learned from the batches before, and then learns from this one.
    private void Correct(ExampleBatch batch, Span<float> logits)
    {
        if (_options.Calibration is not { } options) return;
        if (_uncorrected.Length < logits.Length) _uncorrected = new float[logits.Length];
        var own = _uncorrected.AsSpan(0, logits.Length);
        logits.CopyTo(own);
        _model.Calibration ??= new TaskCalibration(_source.Schema.Tasks.Count, options.HasTables);
        _model.Calibration.Apply(logits);
        _model.Calibration.Learn(batch, own, options.Memory);
    }

    private void ScoreUncorrected(ExampleBatch batch, int logits) => UncorrectedMetrics?.Add(batch, _uncorrected.AsSpan(0, logits));

    // What the options do not ask for is not served on.
    private void AdaptCorrection()
    {
        if (_options.Calibration is { } options) _model.Calibration?.UseTables(options.HasTables);
        else _model.Calibration = null;
    }

    private byte[] SaveUncorrected()
    {
        var fields = new FieldWriter();
        UncorrectedMetrics!.Save(fields);
        return fields.Written.ToArray();
    }

    private void RestoreUncorrected(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sections)
    {
        if (UncorrectedMetrics is null || !sections.TryGetValue(TrainerSections.Uncorrected, out var saved)) return;
        try
        {
            var fields = new FieldReader(saved.Span);
            UncorrectedMetrics.Load(ref fields);
            fields.End();
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The metrics of the model alone cannot be read. {exception.Message}", exception);
        }
    }
}
