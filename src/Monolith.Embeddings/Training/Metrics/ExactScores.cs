namespace Monolith.Embeddings.Training.Metrics;

/// <summary>
/// The scores of a window one by one, up to a bound: for areas without an error. Memory grows as needed. Not thread-safe.
/// </summary>
/// <param name="most">How many are kept; beyond it the window is not complete.</param>
internal sealed class ExactScores(int most)
{
    private Score[] _scores = new Score[Math.Min(most, 1024)];
    private double[] _positives = [], _negatives = [];
    private int _count, _groups;

    /// <summary>Whether all examples of the window are there.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>The weights of positives by ascending logit, equal ones together: see <see cref="Group"/>.</summary>
    public ReadOnlySpan<double> Positives => _positives.AsSpan(0, _groups);

    /// <summary>The weights of negatives.</summary>
    public ReadOnlySpan<double> Negatives => _negatives.AsSpan(0, _groups);

    /// <summary>Adds an example.</summary>
    public void Add(float logit, float label, double weight)
    {
        if (_count == most) IsComplete = false;
        if (!IsComplete) return;
        if (_count == _scores.Length) Array.Resize(ref _scores, (int)Math.Min(most, 2L * _scores.Length));
        _scores[_count++] = new(logit, label, weight);
    }

    /// <summary>Sorts what is there, and puts equal logits together.</summary>
    public void Group()
    {
        if (_positives.Length < _count) (_positives, _negatives) = (new double[_scores.Length], new double[_scores.Length]);
        var scores = _scores.AsSpan(0, _count);
        scores.Sort(static (left, right) => left.Logit.CompareTo(right.Logit));
        _groups = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (i == 0 || scores[i].Logit != scores[i - 1].Logit) (_positives[_groups], _negatives[_groups++]) = (0, 0);
            var (_, label, weight) = scores[i];
            _positives[_groups - 1] += weight * label;
            _negatives[_groups - 1] += weight * (1 - (double)label);
        }
    }

    /// <summary>Begins the next window.</summary>
    public void Clear() => (_count, _groups, IsComplete) = (0, 0, true);

    private readonly record struct Score(float Logit, float Label, double Weight);
}
