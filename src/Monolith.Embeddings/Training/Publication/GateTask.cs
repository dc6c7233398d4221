using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training.Metrics;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Publication;

/// <summary>What a gate knows of a task: where its window began, and how the last was. Used under the gate's lock.</summary>
/// <param name="task">The task.</param>
/// <param name="bounds">Its bounds.</param>
internal sealed class GateTask(LabelTask task, PublicationBounds bounds)
{
    // How much a window counts in the mean of those that were published.
    private const double NewShare = 0.2;

    private ScoreSums _start;
    private (long Examples, double LogLoss, double Calibration)? _last;
    private double? _published, _pending;

    public LabelTask Task => task;

    /// <summary>The window that was judged last; null before the first.</summary>
    public PublicationWindow? Window => _last is not { } last ? null : new()
    {
        Task = task.Name,
        Examples = last.Examples,
        LogLoss = last.LogLoss,
        Calibration = last.Calibration,
        PublishedLogLoss = _published,
    };

    /// <summary>What is out of its bounds in the window that was judged last.</summary>
    public IEnumerable<PublicationFault> Faults
    {
        get
        {
            if (_last is not { } last) yield break;
            if (bounds.MaxLogLoss is { } loss && !(last.LogLoss <= loss))
                yield return Fault(PublicationMeasure.LogLoss, last.LogLoss, loss);
            if (bounds.MaxLogLossRise is { } rise && _published is { } before && !(last.LogLoss <= before * (1 + rise)))
                yield return Fault(PublicationMeasure.LogLossRise, (last.LogLoss / before) - 1, rise);
            if (bounds.MinCalibration is { } least && !(last.Calibration >= least))
                yield return Fault(PublicationMeasure.Calibration, last.Calibration, least);
            if (bounds.MaxCalibration is { } most && !(last.Calibration <= most))
                yield return Fault(PublicationMeasure.Calibration, last.Calibration, most);
        }
    }

    /// <summary>Judges what came since the window began, where it is enough, and begins the next.</summary>
    public void Judge(ScoreSums now, long minExamples)
    {
        var window = now.Since(_start);
        if (window.Examples < minExamples) return;
        (_start, _last) = (now, (window.Examples, window.LogLoss, window.Calibration));
    }

    /// <summary>Begins a window that nothing is known of before.</summary>
    public void Begin(ScoreSums now) => (_start, _last) = (now, null);

    /// <summary>Says that the commit that is being cut is published.</summary>
    /// <param name="isByHand">Whether a person said so: then the window is what others are compared with.</param>
    public void BeginPublish(bool isByHand) => _pending = _last is not { } last ? _published
        : _published is { } before && !isByHand ? before + (NewShare * (last.LogLoss - before)) : last.LogLoss;

    /// <summary>Says that it was.</summary>
    public void Publish() => _published = _pending;

    /// <param name="fields">Receives the state.</param>
    /// <param name="isPublished">Whether the commit that holds it is published.</param>
    public void Save(FieldWriter fields, bool isPublished)
    {
        fields.Int64(_start.Examples);
        foreach (var sum in (ReadOnlySpan<double>)[_start.Weight, _start.Labels, _start.Predictions, _start.Loss]) fields.Double(sum);
        fields.Int64(_last?.Examples ?? -1);
        fields.Double(_last?.LogLoss ?? 0);
        fields.Double(_last?.Calibration ?? 0);
        fields.Double((isPublished ? _pending : _published) ?? double.NaN);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(ref FieldReader fields)
    {
        _start = new(fields.Int64(), fields.Double(), fields.Double(), fields.Double(), fields.Double());
        var (examples, loss, calibration) = (fields.Int64(), fields.Double(), fields.Double());
        _last = examples < 0 ? null : (examples, loss, calibration);
        var published = fields.Double();
        _published = double.IsNaN(published) ? null : published;
    }

    private PublicationFault Fault(PublicationMeasure measure, double value, double bound) =>
        new() { Measure = measure, Task = task.Name, Value = value, Bound = bound };
}
