using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training;

namespace OnlineTraining.Contest;

/// <summary>Scores one contestant: in total, over the second half of the stream where its length is known, and window by window.</summary>
public sealed class ScoreBoard
{
    private readonly long? _secondHalfFrom;
    private readonly long _windowLength;
    private readonly List<CurvePoint> _curve = [];
    private ProgressiveMetrics? _all;
    private ProgressiveMetrics? _secondHalf;
    private LabelTask? _task;
    private long _events, _windowEvents;

    /// <summary>Creates a board that has seen nothing.</summary>
    /// <param name="name">The contestant's name.</param>
    /// <param name="count">How many events there will be; null where that is not known.</param>
    /// <param name="window">Events a window.</param>
    public ScoreBoard(string name, long? count, long window)
    {
        (Name, _windowLength) = (name, window);
        _secondHalfFrom = count / 2;
    }

    /// <summary>The contestant's name.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether log-loss and calibration say something: not where negatives were drawn, of which a model takes the number out again, so that
    /// its probabilities are not those of the labels beside it. Default true.
    /// </summary>
    public bool HasProbabilities { get; init; } = true;

    /// <summary>The area under the ROC curve, window by window.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve;

    /// <summary>The metrics of the whole stream.</summary>
    public MetricsSummary Total => _all is null ? default : _all.Total(_task!);

    /// <summary>The metrics of the second half of the stream; null where its length is not known.</summary>
    public MetricsSummary? SecondHalf => _secondHalf?.Total(_task!);

    /// <summary>Scores a batch.</summary>
    /// <param name="examples">The labels.</param>
    /// <param name="logits">What was predicted before learning.</param>
    public void Add(ExampleBatch examples, ReadOnlySpan<float> logits)
    {
        _task ??= examples.Schema.Tasks[0];
        (_all ??= new ProgressiveMetrics(examples.Schema)).Add(examples, logits);
        // Whole batches: the one across the middle counts with the first half.
        if (_events >= _secondHalfFrom) (_secondHalf ??= new ProgressiveMetrics(examples.Schema)).Add(examples, logits);
        _events += examples.Rows;
        _windowEvents += examples.Rows;
        if (_windowEvents >= _windowLength) EndWindow();
    }

    /// <summary>
    /// Ends the stream: what is left of the last window is a point of the curve where it is half a window at least, or the only one.
    /// </summary>
    public void Finish()
    {
        if (_windowEvents > 0 && (_curve.Count == 0 || 2 * _windowEvents >= _windowLength)) EndWindow();
    }

    private void EndWindow()
    {
        _curve.Add(new CurvePoint(_events, _all!.Window(_task!).Auc));
        _all.ClearWindow();
        _windowEvents = 0;
    }
}
