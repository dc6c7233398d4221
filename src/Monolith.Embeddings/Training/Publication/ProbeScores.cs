using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Publication;

/// <summary>The scores of a probe set at the commit that replicas got last, and how far the newest are from them.</summary>
/// <param name="changedBy">By how much a score must differ to count as changed.</param>
internal sealed class ProbeScores(double changedBy)
{
    private float[] _published = [], _now = [];

    /// <summary>The share of scores that had changed at the last look; null before there was something to compare.</summary>
    public double? ChangedShare { get; private set; }

    /// <summary>
    /// Compares. Where the rows are others than before, nothing can be said, and what was said stays.
    /// </summary>
    public void Judge(ReadOnlySpan<float> scores)
    {
        if (_now.Length != scores.Length) _now = new float[scores.Length];
        scores.CopyTo(_now);
        if (_published.Length != scores.Length || scores.IsEmpty) return;
        var changed = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            // A score that is no number is changed.
            if (!(Math.Abs(scores[i] - _published[i]) <= changedBy)) changed++;
        }
        ChangedShare = (double)changed / scores.Length;
    }

    /// <summary>Says that replicas got the scores of the last look.</summary>
    public void Publish()
    {
        if (_published.Length != _now.Length) _published = new float[_now.Length];
        _now.CopyTo(_published, 0);
        if (ChangedShare is not null) ChangedShare = 0;
    }

    /// <param name="fields">Receives the state.</param>
    /// <param name="isPublished">Whether the commit that holds it is published.</param>
    public void Save(FieldWriter fields, bool isPublished)
    {
        var scores = isPublished ? _now : _published;
        fields.Double(isPublished && ChangedShare is not null ? 0 : ChangedShare ?? double.NaN);
        fields.Int32(scores.Length);
        foreach (var score in scores) fields.Int32(BitConverter.SingleToInt32Bits(score));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">There are more scores than a probe set may have.</exception>
    public void Load(ref FieldReader fields, int tasks)
    {
        var share = fields.Double();
        ChangedShare = double.IsNaN(share) ? null : share;
        var count = fields.Int32();
        if (count < 0 || count > (long)PublicationGateOptions.MaxProbeExamples * tasks)
            throw new FormatException($"There are {count} scores of a probe set.");
        _published = new float[count];
        for (var i = 0; i < count; i++) _published[i] = BitConverter.Int32BitsToSingle(fields.Int32());
    }
}
