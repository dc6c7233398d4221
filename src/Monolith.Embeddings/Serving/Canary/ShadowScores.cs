using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Serving.Requests;

namespace Monolith.Embeddings.Serving.Canary;

/// <summary>Scores copies of requests by another predictor, and compares. One thread scores; any may read the figures.</summary>
/// <param name="shadow">Scores.</param>
internal sealed class ShadowScores(Predictor shadow)
{
    private readonly Lock _lock = new();
    private ExampleRowReader? _reader;
    private ExampleBatch? _batch;
    private float[] _scores = [];
    private long _requests, _failures, _compared;
    private double _answered, _shadowed, _difference, _largest;
    private Exception? _lastFailure;

    public Exception? LastFailure => Volatile.Read(ref _lastFailure);

    public ShadowFigures Figures(long dropped)
    {
        lock (_lock)
        {
            return new()
            {
                Requests = _requests,
                Dropped = dropped,
                Failures = _failures,
                Scores = _compared,
                MeanAnswered = _answered / _compared,
                MeanShadow = _shadowed / _compared,
                MeanDifference = _difference / _compared,
                LargestDifference = _largest,
            };
        }
    }

    public void Score(ShadowRequest copy)
    {
        try
        {
            var scores = Predict(copy);
            lock (_lock) Compare(copy.Answered, scores);
            Volatile.Write(ref _lastFailure, null);
        }
        catch (Exception failure)
        {
            // No caller waits for it: the shadow is not ready, is of another schema, or its model throws.
            lock (_lock) _failures++;
            Volatile.Write(ref _lastFailure, failure);
        }
    }

    private ReadOnlySpan<float> Predict(ShadowRequest copy)
    {
        if (_batch?.Schema != copy.Schema) (_batch, _reader) = (new ExampleBatch(copy.Schema!), ExampleRowReader.Of(copy.Schema!));
        _batch!.Clear();
        for (var row = 0; row < copy.Rows; row++) _reader!.Append(copy.Row(row), _batch);
        using var request = shadow.Rent(copy.Rows);
        if (!request.Schema.Matches(copy.Schema!))
        {
            throw new InvalidOperationException("The shadow is of another schema than what answers: "
                + $"{request.Schema.DifferencesFrom("the shadow's", copy.Schema!, "that of what answers")}.");
        }
        for (var row = 0; row < copy.Rows; row++)
            PredictorPilot.Write(request.Add(), new ExampleView(_batch, row), request.Schema);
        var count = copy.Rows * request.Schema.Tasks.Count;
        if (_scores.Length < count) _scores = new float[count];
        shadow.Predict(request, _scores.AsSpan(0, count));
        return _scores.AsSpan(0, count);
    }

    private void Compare(ReadOnlySpan<float> answered, ReadOnlySpan<float> scores)
    {
        _requests++;
        for (var i = 0; i < scores.Length; i++)
        {
            var difference = Math.Abs((double)answered[i] - scores[i]);
            if (double.IsNaN(difference)) continue;
            _compared++;
            _answered += answered[i];
            _shadowed += scores[i];
            _difference += difference;
            _largest = Math.Max(_largest, difference);
        }
    }
}
