using Monolith.Embeddings.Kernels.Functions;

namespace Monolith.Embeddings.Models.Losses;

/// <summary>What the items of a batch are as negatives: which count, and what is subtracted from their scores. One thread's.</summary>
internal sealed class BatchItems
{
    // Below it, a double has no digits left.
    private const double SmallestShare = 1e-300;

    private long[] _ids = [], _sorted = [];
    private int[] _order = [];
    private bool[] _isRepeat = [];
    private float[] _corrections = [];
    private int _count;
    private float _inverseTemperature;
    private bool _isPositiveCorrected;

    /// <summary>Looks at a batch.</summary>
    /// <param name="ids">Which items they are.</param>
    /// <param name="logQ">ln Q of each; empty for no correction.</param>
    /// <param name="options">How they are corrected.</param>
    public void Begin(ReadOnlySpan<long> ids, ReadOnlySpan<float> logQ, SoftmaxOptions options)
    {
        _count = ids.Length;
        if (_ids.Length < _count)
        {
            (_ids, _sorted, _order) = (new long[_count], new long[_count], new int[_count]);
            (_isRepeat, _corrections) = (new bool[_count], new float[_count]);
        }
        ids.CopyTo(_ids);
        _inverseTemperature = 1 / options.Temperature;
        _isPositiveCorrected = options.Correction == SoftmaxCorrection.AllLogits;
        MarkRepeats(options.MaskRepeats);
        for (var i = 0; i < _count; i++) _corrections[i] = logQ.IsEmpty ? 0 : CorrectionOf(logQ[i], options);
    }

    /// <summary>Makes the logits of a row of dot products; negative infinity of what is no negative.</summary>
    /// <param name="dots">The row's user with every item.</param>
    /// <param name="row">Its number, which is that of its item.</param>
    public void ToLogits(Span<float> dots, int row)
    {
        var own = _ids[row];
        for (var j = 0; j < dots.Length; j++)
        {
            if (j == row) dots[j] = Logit(dots[j], _isPositiveCorrected ? _corrections[j] : 0);
            else dots[j] = _isRepeat[j] || _ids[j] == own ? float.NegativeInfinity : Logit(dots[j], _corrections[j]);
        }
    }

    private float Logit(float dot, float correction) => MathF.FusedMultiplyAdd(dot, _inverseTemperature, -correction);

    // The other rows are the draws. Where repeats count, the constant ln k is in every logit of one correction, and falls out.
    private float CorrectionOf(float logQ, SoftmaxOptions options)
    {
        var draws = Math.Max(1, _count - 1);
        if (options.MaskRepeats) return (float)LogOfBeingDrawn(logQ, draws);
        return options.Correction == SoftmaxCorrection.AllLogits ? logQ : (float)(logQ + ExactMath.Log(draws));
    }

    // ln(1 - (1 - Q)^k).
    private static double LogOfBeingDrawn(float logQ, int draws)
    {
        var share = Math.Max(Logistic.NegativeExp(logQ), SmallestShare);
        if (share >= 1) return 0;
        // -ln(1 - Q) keeps the digits of a small Q.
        var never = share <= 0.5 ? Logistic.LogOnePlus(share / (1 - share)) : -ExactMath.Log(1 - share);
        return ExactMath.Log(DelayedLabel.OneMinusNegativeExp(draws * never));
    }

    // The first row with an item keeps it.
    private void MarkRepeats(bool isMasked)
    {
        Array.Clear(_isRepeat, 0, _count);
        if (!isMasked) return;
        for (var i = 0; i < _count; i++) (_sorted[i], _order[i]) = (_ids[i], i);
        Array.Sort(_sorted, _order, 0, _count);
        for (var first = 0; first < _count;)
        {
            var (end, kept) = (first, int.MaxValue);
            for (; end < _count && _sorted[end] == _sorted[first]; end++) kept = Math.Min(kept, _order[end]);
            for (; first < end; first++) _isRepeat[_order[first]] = _order[first] != kept;
        }
    }
}
