using Monolith.Embeddings.Features;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Publication;

/// <summary>
/// Decides commits as a gate is to, one after each batch, from the labels and logits of a single task alone: by plain sums over lists.
/// </summary>
internal sealed class GateOracle(PublicationBounds bounds, long minExamples, long startAfter = 0)
{
    private readonly List<(double Logit, double Label)> _window = [];
    private double? _published;
    private (double LogLoss, double Calibration)? _last;
    private long _examples;

    /// <summary>Whether each commit is held, in order.</summary>
    public List<bool> Decisions { get; } = [];

    /// <summary>The log-loss and calibration of each window.</summary>
    public List<(double LogLoss, double Calibration)> Windows { get; } = [];

    public void Add(ExampleBatch batch, ReadOnlySpan<float> logits)
    {
        var labels = batch.Labels(batch.Schema.Tasks[0]);
        for (var row = 0; row < batch.Rows; row++) _window.Add((logits[row], labels[row]));
        _examples += batch.Rows;
        Decide();
    }

    private void Decide()
    {
        if (_examples < startAfter) _window.Clear();
        else if (_window.Count >= minExamples)
        {
            var chances = _window.ConvertAll(row => 1 / (1 + Math.Exp(-row.Logit)));
            var loss = _window.Zip(chances, (row, p) => -(row.Label * Math.Log(p)) - ((1 - row.Label) * Math.Log(1 - p))).Average();
            _last = (loss, chances.Sum() / _window.Sum(row => row.Label));
            Windows.Add(_last.Value);
            _window.Clear();
        }
        var isHeld = _last is { } last && (last.LogLoss > bounds.MaxLogLoss || last.LogLoss > _published * (1 + bounds.MaxLogLossRise)
            || last.Calibration < bounds.MinCalibration || last.Calibration > bounds.MaxCalibration);
        Decisions.Add(isHeld);
        if (!isHeld && _last is { } good) _published = _published is { } before ? (0.8 * before) + (0.2 * good.LogLoss) : good.LogLoss;
    }
}
